/** There is one MeshConfig, and this is what it is called, whatever the root namespace of the mesh is. */
export const meshConfigName = { namespace: 'istio-system', name: 'default' } as const;
