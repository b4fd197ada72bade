import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, hasKubeApiserver, startKubeApiserver, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KubernetesApi } from './kubernetes-api.ts';
import { ListWatch, objectKey } from './list-watch.ts';

const path = '/api/v1/namespaces/default/configmaps';
const present = hasKubeApiserver();

describe.skipIf(!present)(`the objects of a collection${present ? '' : ' (skipped: no kube-apiserver on the PATH)'}`, () => {
  let server: TestKubeApiserver;
  let api: KubernetesApi;
  let direct: KubernetesApi;
  const watches: ListWatch[] = [];

  beforeAll(async () => {
    server = await startKubeApiserver();
    api = new KubernetesApi(server.access);
    direct = new KubernetesApi(server.direct);
  });
  afterAll(async () => {
    for (const watch of watches) await watch.stop();
    api.close();
    direct.close();
    await server.stop();
  });

  const put = (name: string, value: string): Promise<unknown> =>
    direct.request('PATCH', `${path}/${name}`, {
      query: { fieldManager: 'test' },
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { for: 'watch' } }, data: { value } },
    });
  const remove = (name: string): Promise<unknown> => direct.request('DELETE', `${path}/${name}`);

  /** What a follower holds, what it was told each time, and whether all there is was told. */
  function follow(collection = path): { held: Map<string, string>; told: { upserts: string[]; removals: string[] }[]; settled: string[] } {
    const [held, told, settled] = [new Map<string, string>(), [] as { upserts: string[]; removals: string[] }[], [] as string[]];
    watches.push(
      new ListWatch({
        api,
        path: collection,
        query: { labelSelector: 'for=watch' },
        clock: systemClock,
        logger: createLogger('test', { level: 'silent' }),
        onChange({ upserts, removals }) {
          told.push({ upserts: upserts.map(objectKey), removals: [...removals] });
          for (const object of upserts) held.set(objectKey(object), (object as unknown as { data: { value: string } }).data.value);
          for (const key of removals) held.delete(key);
        },
        onSettled: (as) => settled.push(as),
      }),
    );
    return { held, told, settled };
  }
  const entries = (held: ReadonlyMap<string, string>): object => Object.fromEntries(held);

  it('are listed, followed, and after an interruption followed from where they were', async () => {
    await put('a', '1');
    const { held, told, settled } = follow();
    await eventually(() => expect(settled).toEqual(['listed']));
    await put('a', '2');
    await put('b', '1');
    await eventually(() => expect(entries(held)).toEqual({ 'default/a': '2', 'default/b': '1' }));
    server.cut();
    await put('c', '1');
    await remove('b');
    const before = told.length;
    server.mend();
    await eventually(() => expect(entries(held)).toEqual({ 'default/a': '2', 'default/c': '1' }));
    // What had not changed was not told again.
    expect(told.slice(before).flatMap(({ upserts }) => upserts)).not.toContain('default/a');
  });

  it('are told apart from what was known where the server forgot what came between', async () => {
    await put('kept', '1');
    await put('gone', '1');
    const { held, told } = follow();
    await eventually(() => expect([...held.keys()]).toEqual(expect.arrayContaining(['default/kept', 'default/gone'])));
    server.cut();
    await remove('gone');
    await put('new', '1');
    await server.restartCompacted();
    const before = told.length;
    server.mend();
    await eventually(() => expect(held.has('default/new')).toBe(true));
    expect(told.slice(before)).toEqual([{ upserts: ['default/new'], removals: ['default/gone'] }]);
  });

  it('of a kind that is not there are waited for, and hold up nobody', async () => {
    const { settled } = follow('/apis/no.such.group/v1/things');
    await eventually(() => expect(settled).toEqual(['unknown']));
  });
});
