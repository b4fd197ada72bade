import { create } from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import type { DataSource } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { DirectResponseActionSchema, type DirectResponseAction } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { HTTPDirectResponse } from '@flotilla/resources';

/** Envoy's answer of its own to a request, without any upstream. */
export function directResponse({ status, body }: HTTPDirectResponse): DirectResponseAction {
  const specifier = bodySpecifier(body);
  return create(DirectResponseActionSchema, { status, ...(specifier === undefined ? {} : { body: { specifier } }) });
}

/** `bytes` is base64, as JSON carries bytes. */
function bodySpecifier(body: HTTPDirectResponse['body']): DataSource['specifier'] | undefined {
  if (body?.string !== undefined) return { case: 'inlineString', value: body.string };
  if (body?.bytes !== undefined) return { case: 'inlineBytes', value: base64Decode(body.bytes) };
  return undefined;
}
