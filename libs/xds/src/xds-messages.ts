import type { SpreadBytes } from '@flotilla/rpc';

/** The fields of `DeltaDiscoveryRequest` that a stream reads. */
export interface DeltaRequest {
  readonly typeUrl: string;
  readonly responseNonce: string;
  readonly errorDetail?: { readonly message: string } | undefined;
  readonly resourceNamesSubscribe: readonly string[];
  readonly resourceNamesUnsubscribe: readonly string[];
  readonly initialResourceVersions: Readonly<Record<string, string>>;
}

/** The fields of `DiscoveryRequest` that a stream reads. */
export interface SotwRequest {
  readonly typeUrl: string;
  readonly responseNonce: string;
  /** The last version accepted. */
  readonly versionInfo: string;
  readonly errorDetail?: { readonly message: string } | undefined;
  readonly resourceNames: readonly string[];
}

/** One response, encoded. */
export interface XdsResponse {
  readonly typeUrl: string;
  readonly nonce: string;
  readonly bytes: SpreadBytes;
  /** How many resources are in it. */
  readonly resources: number;
}
