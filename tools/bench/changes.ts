import { adsTypes, destinationRule, serviceEntry, serviceName, serviceYaml, virtualService, type MeshShape } from '@flotilla/testing';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { ControlPlane } from './control-plane.ts';
import type { Change } from './measure.ts';

/** Where routes are: in route configurations, or in virtual hosts of their own. */
export const routeTypes: readonly string[] = [adsTypes.route, adsTypes.virtualHost];

/** Applies services 0 to `count`, many in a revision, and one called `changing` that each change is made to. */
export async function applyMesh(mesh: ControlPlane, count: number, shape: MeshShape, from = 0): Promise<void> {
  const perRevision = 500;
  for (let first = from; first < count; first += perRevision) {
    const numbers = Array.from({ length: Math.min(perRevision, count - first) }, (_, index) => first + index);
    await mesh.apply(numbers.map((number) => serviceYaml(serviceName(number, shape), shape)).join('---\n'));
  }
  if (from === 0) await mesh.apply(serviceYaml(changing(shape), shape));
  await mesh.read();
}

/** One change of each kind, of a mesh made by {@link applyMesh}, written by Galley's REST API. `series` tells repetitions apart. */
export function changesOf(mesh: Pick<ControlPlane, 'apply'>, shape: MeshShape, series = 0): Change[] {
  const service = changing(shape);
  const routeName = (round: number): string => `mark-${series}-${round}.`;
  const address = (round: number): string => `10.99.${series}.${round}`;
  const maxConnections = (round: number): number => 1_000_000_000 + series * 1_000 + round;
  const added = (round: number): string => `added-${series}-${round}`;
  return [
    {
      work: 'one VirtualService',
      types: routeTypes,
      mark: (round) => Buffer.from(routeName(round)),
      text: routeName,
      make: (round) => mesh.apply(virtualService(service, { routeName: routeName(round) })),
    },
    {
      work: 'one endpoint',
      types: [adsTypes.endpoint],
      mark: (round) => Buffer.from(address(round)),
      text: address,
      make: (round) => mesh.apply(serviceEntry(service, shape, { firstAddress: address(round) })),
    },
    {
      work: 'one DestinationRule',
      types: [adsTypes.cluster],
      mark: (round) => limitOf(maxConnections(round)),
      text: (round) => String(maxConnections(round)),
      make: (round) => mesh.apply(destinationRule(service, { maxConnections: maxConnections(round) })),
    },
    {
      work: 'one new service',
      types: routeTypes,
      mark: (round) => Buffer.from(`${added(round)}.`),
      text: (round) => `${added(round)}.`,
      make: (round) => mesh.apply(serviceYaml({ ...service, name: added(round), number: service.number - series * 100 - round }, shape)),
    },
  ];
}

/** `CircuitBreakers.Thresholds.max_connections`, encoded. */
function limitOf(value: number): Uint8Array {
  return new BinaryWriter().tag(2, WireType.LengthDelimited).fork().tag(1, WireType.Varint).uint32(value).join().finish();
}

/** Its number is above those of all others, so that its addresses are nobody else's. */
const changing = (shape: MeshShape) => serviceName(16_000, shape, 'changing');

/** The namespace of what changes. */
export const changingTeam = (shape: MeshShape): string => changing(shape).namespace;
