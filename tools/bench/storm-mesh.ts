import type { ControlPlane } from './control-plane.ts';
import type { Write } from './fleet-messages.ts';
import { destinationRule, selectingEntry, serviceEntry, serviceName, virtualService, workloadEntry, type MeshShape, type ServiceName } from '@flotilla/testing';
import { addressMark, routeMark } from './trace-marks.ts';

/** VirtualServices, and as many services with an endpoint, that a storm changes in turns. */
const objects = 25;

/** The part of a mesh that a storm changes. */
export class StormMesh {
  readonly #mesh: ControlPlane;
  readonly #shape: MeshShape;
  readonly #writes: Write[] = [];
  #next = 0;

  constructor(mesh: ControlPlane, shape: MeshShape) {
    this.#mesh = mesh;
    this.#shape = shape;
  }

  /** All writes so far. */
  get writes(): readonly Write[] {
    return this.#writes;
  }

  async create(): Promise<void> {
    const numbers = Array.from({ length: objects }, (_, n) => n);
    const ruled = numbers.map((n) => [serviceEntry(this.#ruled(n), this.#shape), destinationRule(this.#ruled(n)), virtualService(this.#ruled(n), { routeName: routeMark(n, 0) })].join('---\n'));
    const selecting = numbers.map((n) => `${selectingEntry(this.#selecting(n))}---\n${workloadEntry(this.#selecting(n), addressMark(n, 0))}`);
    await this.#mesh.apply([...ruled, ...selecting].join('---\n'));
    await this.#mesh.read();
  }

  /** Changes the next object: a rule, then an endpoint, and so on. */
  async change(): Promise<void> {
    const turn = this.#next++;
    const n = (turn >> 1) % objects;
    const version = Math.floor(turn / (2 * objects)) + 1;
    const rule = turn % 2 === 0;
    this.#writes.push({ object: `${rule ? 'route' : 'endpoint'} ${n}`, version, at: Date.now() });
    await this.#mesh.apply(rule ? virtualService(this.#ruled(n), { routeName: routeMark(n, version) }) : workloadEntry(this.#selecting(n), addressMark(n, version)));
  }

  #ruled(n: number): ServiceName {
    return serviceName(17_000 + n, this.#shape, `ruled-${n}`);
  }

  #selecting(n: number): ServiceName {
    return serviceName(18_000 + n, this.#shape, `selecting-${n}`);
  }
}
