import { create } from '@bufbuild/protobuf';
import {
  HeaderValueOption_HeaderAppendAction as AppendAction,
  HeaderValueOptionSchema,
  type HeaderValueOption,
} from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { Route } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { HeaderOperations, Headers } from '@flotilla/resources';

type Operations = Partial<Pick<Route, 'requestHeadersToAdd' | 'requestHeadersToRemove' | 'responseHeadersToAdd' | 'responseHeadersToRemove'>>;

/** Envoy's header operations for what several levels (route, then destination) ask for, outer ones first; mostly none. */
export function headerOperations(...levels: readonly (Headers | undefined)[]): Operations {
  if (levels.every((headers) => headers === undefined)) return {};
  return {
    requestHeadersToAdd: levels.flatMap((headers) => headersToAdd(headers?.request)),
    requestHeadersToRemove: levels.flatMap((headers) => headersToRemove(headers?.request)),
    responseHeadersToAdd: levels.flatMap((headers) => headersToAdd(headers?.response)),
    responseHeadersToRemove: levels.flatMap((headers) => headersToRemove(headers?.response)),
  };
}

/**
 * The authority that a change of `Host` or `:authority` asks for, if any: Envoy wants it as a
 * rewrite of the host, and refuses it among the headers.
 */
export function authorityFrom(headers: Headers | undefined): string | undefined {
  return authorityIn(headers?.request?.set) ?? authorityIn(headers?.request?.add);
}

/** Sets come before adds, so that a set does not wipe out what was added. */
function headersToAdd(operations: HeaderOperations | undefined): HeaderValueOption[] {
  return [...options(operations?.set, AppendAction.OVERWRITE_IF_EXISTS_OR_ADD), ...options(operations?.add, AppendAction.APPEND_IF_EXISTS_OR_ADD)];
}

function options(headers: Readonly<Record<string, string>> | undefined, appendAction: AppendAction): HeaderValueOption[] {
  return Object.entries(headers ?? {})
    .filter(([key]) => isOrdinary(key))
    .map(([key, value]) => create(HeaderValueOptionSchema, { header: { key, value }, appendAction }));
}

function headersToRemove(operations: HeaderOperations | undefined): string[] {
  return (operations?.remove ?? []).filter(isOrdinary);
}

function isOrdinary(header: string): boolean {
  return !header.startsWith(':') && header.toLowerCase() !== 'host';
}

function authorityIn(headers: Readonly<Record<string, string>> | undefined): string | undefined {
  if (headers === undefined) return undefined;
  return Object.entries(headers).find(([key]) => ['host', ':authority'].includes(key.toLowerCase()))?.[1];
}
