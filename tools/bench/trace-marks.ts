/** A version of an object that can be told from the bytes that a proxy is sent. */
export interface Mark {
  readonly object: string;
  readonly version: number;
}

/** The route name by which version `version` of the n-th VirtualService is told: `trace-7-123`. */
export const routeMark = (n: number, version: number): string => `trace-${n}-${version}`;

/** The endpoint address by which version `version` (16 bits) of the n-th service's endpoints is told: `199.7.0.123`. */
export const addressMark = (n: number, version: number): string => `199.${n}.${version >> 8}.${version & 255}`;

const marks = /trace-(\d+)-(\d+)|199\.(\d+)\.(\d+)\.(\d+)/g;

/** The marks in the bytes of a response; objects are called `route 7` and `endpoint 7`. */
export function marksIn(bytes: Buffer): Mark[] {
  return [...bytes.toString('latin1').matchAll(marks)].map(([, route, version, endpoint, high, low]) =>
    route === undefined ? { object: `endpoint ${endpoint ?? ''}`, version: Number(high) * 256 + Number(low) } : { object: `route ${route}`, version: Number(version) },
  );
}
