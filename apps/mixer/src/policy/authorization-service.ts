import { create } from '@bufbuild/protobuf';
import type { AttributeContext } from '@flotilla/envoy-api/envoy/service/auth/v3/attribute_context_pb.js';
import { Authorization, CheckResponseSchema, type CheckRequest, type CheckResponse } from '@flotilla/envoy-api/envoy/service/auth/v3/external_auth_pb.js';
import { StatusCode } from '@flotilla/envoy-api/envoy/type/v3/http_status_pb.js';
import { catalogue, FlotillaError } from '@flotilla/errors';
import { service, type ServedService } from '@flotilla/rpc';
import { namespaceOf, serviceAccountOf } from '../mesh/principal.ts';
import type { Workload } from '../mesh/workload.ts';
import type { CheckedRequest } from './checked-request.ts';
import type { DenyIndex, Denial } from './deny-index.ts';

export interface AuthorizationOptions {
  readonly workloadAt: (address: string) => Workload | undefined;
  /** The index of the moment. */
  readonly index: () => DenyIndex;
  /** Told of each answer. */
  readonly onChecked: (denial: Denial | undefined) => void;
}

/**
 * Answers whether requests may pass (`envoy.service.auth.v3`), by the deny lists that select the workload they are
 * addressed to. Where Mixer does not know that workload it does not answer, and the proxy refuses the request.
 */
export function authorizationService({ workloadAt, index, onChecked }: AuthorizationOptions): ServedService {
  return service(Authorization, {
    check({ attributes }: CheckRequest, call) {
      const address = addressOf(attributes?.destination);
      const workload = address === undefined ? undefined : workloadAt(address);
      if (workload === undefined) throw new FlotillaError('NOT_READY', `there is no workload at ${address ?? 'no address'} that Mixer knows`);
      demandOwn(workload, call.peerSpiffeId);
      const denial = index().denialOf(requestOf(attributes), workload);
      onChecked(denial);
      return denial === undefined ? allowed() : denied(denial);
    },
  });
}

/** A proxy asks about requests to its own workload, and about no others. */
function demandOwn({ name, namespace, serviceAccount }: Workload, principal: string | undefined): void {
  if (principal === undefined) throw new FlotillaError('UNAUTHENTICATED', 'checks are answered to proxies that prove an identity of the mesh');
  const isOwn = namespaceOf(principal) === namespace && (serviceAccount === undefined || serviceAccountOf(principal) === serviceAccount);
  if (!isOwn) throw new FlotillaError('FORBIDDEN', `${principal} asks about requests to ${name} in ${namespace}`);
}

function addressOf(peer: AttributeContext['destination']): string | undefined {
  const address = peer?.address?.address;
  return address?.case === 'socketAddress' ? address.value.address : undefined;
}

function requestOf(attributes: AttributeContext | undefined): CheckedRequest {
  const http = attributes?.request?.http;
  const principal = attributes?.source?.principal;
  return {
    method: http?.method ?? '',
    path: http?.path.split(/[?#]/, 1)[0] ?? '',
    headers: http?.headers ?? {},
    principal: principal === '' ? undefined : principal,
  };
}

function allowed(): CheckResponse {
  return create(CheckResponseSchema, { status: { code: 0 }, httpResponse: { case: 'okResponse', value: {} } });
}

function denied({ message }: Denial): CheckResponse {
  return create(CheckResponseSchema, {
    status: { code: catalogue.FORBIDDEN.grpc, message },
    httpResponse: { case: 'deniedResponse', value: { status: { code: StatusCode.Forbidden }, body: message } },
  });
}
