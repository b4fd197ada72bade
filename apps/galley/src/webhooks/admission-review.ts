import { kubernetesStatus } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { isRecord } from '@flotilla/resources';

/** What an API server asks of a webhook. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  /** Empty for objects without a namespace. */
  readonly namespace: string;
  /** The new object; absent where one is deleted. */
  readonly object: unknown;
}

/** What a webhook says of it. */
export type Verdict =
  | { readonly allowed: true; readonly warnings?: readonly string[]; readonly patch?: readonly unknown[] }
  | { readonly allowed: false; readonly error: FlotillaError };

/** @throws FlotillaError MALFORMED_REQUEST for what is no AdmissionReview with a request */
export function readReview(body: unknown): AdmissionRequest {
  const request = isRecord(body) && body['kind'] === 'AdmissionReview' && body['apiVersion'] === 'admission.k8s.io/v1' ? body['request'] : undefined;
  if (!isRecord(request) || typeof request['uid'] !== 'string') throw new FlotillaError('MALFORMED_REQUEST', 'this is no AdmissionReview of admission.k8s.io/v1 with a request');
  const { uid, operation, namespace, object } = request;
  return { uid, operation: typeof operation === 'string' ? operation : '', namespace: typeof namespace === 'string' ? namespace : '', object };
}

/** The AdmissionReview that answers. A refusal carries everything that is wrong, as Kubernetes' own do. */
export function reviewOf({ uid }: AdmissionRequest, verdict: Verdict): object {
  const said = verdict.allowed
    ? {
        allowed: true,
        ...(verdict.warnings === undefined || verdict.warnings.length === 0 ? {} : { warnings: verdict.warnings }),
        ...(verdict.patch === undefined ? {} : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(verdict.patch)).toString('base64') }),
      }
    : { allowed: false, status: kubernetesStatus(verdict.error) };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, ...said } };
}
