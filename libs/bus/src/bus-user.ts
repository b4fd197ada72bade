/** Who may connect: one user a service. */
export const busUsers = ['galley', 'pilot', 'mixer', 'citadel', 'agent'] as const;
export type BusUser = (typeof busUsers)[number];
