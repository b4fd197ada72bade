/** What a patch did to a resource that it was applied to in place. */
export type PatchEffect = 'none' | 'changed' | 'removed';
