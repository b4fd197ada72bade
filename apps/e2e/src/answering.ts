import { echoPorts } from '@flotilla/echo';
import type { TestApp } from './test-app.ts';

/** Which instances of a service answer the calls of an application, by their names, or with which status other than 200. */
export async function answering(caller: TestApp, service: string, count: number): Promise<Set<string>> {
  const given = new Set<string>();
  for (let call = 0; call < count; call += 1) {
    const { status, body } = await caller.call({ url: `http://${service}:${echoPorts.http}/` });
    given.add(status === 200 ? (JSON.parse(body) as { name: string }).name : String(status));
  }
  return given;
}
