/** Where a workload is, from the widest to the narrowest; what is not known is empty. */
export interface Locality {
  readonly region: string;
  readonly zone: string;
  readonly subzone: string;
}

/** Reads a place as Istio writes it, `region/zone/subzone`, as much of it as is known. */
export function readLocality(text: string): Locality {
  const [region = '', zone = '', ...subzone] = text.split('/');
  return { region, zone, subzone: subzone.join('/') };
}
