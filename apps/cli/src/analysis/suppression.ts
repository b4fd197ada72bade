import { FlotillaError } from '@flotilla/errors';
import type { ShownMessage } from './shown-message.ts';

type IsSuppressed = (message: Pick<ShownMessage, 'code' | 'origin'>) => boolean;

/**
 * Reads what is not to be told, as istioctl takes it: `IST0102=Namespace shop`, `IST0101=VirtualService reviews.shop`
 * (or `shop/reviews`), where `*` stands for anything.
 * @throws FlotillaError MALFORMED_REQUEST
 */
export function suppression(written: readonly string[]): IsSuppressed {
  const wanted = written.map((one) => {
    const [, code, resource] = /^(\w+)=(\S+(?: \S+)?)$/.exec(one) ?? [];
    if (code === undefined || resource === undefined) throw new FlotillaError('MALFORMED_REQUEST', `"${one}" does not say what to suppress; write as "IST0101=VirtualService reviews.shop".`);
    const literal = resource.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    return { code, resource: new RegExp(`^${literal}$`) };
  });
  return ({ code, origin }) => wanted.some((one) => one.code === code && namesOf(origin).some((name) => one.resource.test(name)));
}

/** `VirtualService shop/reviews` is `VirtualService reviews.shop` to istioctl. */
function namesOf(origin: string): string[] {
  return [origin, origin.replace(/ (\S+)\/(\S+)$/, ' $2.$1')];
}
