import { expect, test } from 'vitest';
import { RefusedApart } from './refused-apart.ts';

function sent(apart: RefusedApart): (readonly string[])[] {
  const groups: (readonly string[])[] = [];
  for (let group = apart.next(); group !== undefined; group = apart.next()) groups.push(group);
  return groups;
}

test('what was refused together is sent in halves', () => {
  const apart = new RefusedApart();
  apart.refused(['a', 'b', 'c', 'd', 'e']);
  expect(sent(apart)).toEqual([['a', 'b'], ['c', 'd', 'e']]);
});

test('what is at fault because of another has another turn when that is through, and only then', () => {
  const apart = new RefusedApart();
  apart.refused(['taker', 'giver']);
  sent(apart);
  apart.refused(['taker']);
  apart.accepted(['giver']);
  apart.settled();
  expect(sent(apart)).toEqual([['taker']]);
  apart.refused(['taker']);
  apart.settled();
  expect(apart.any).toBe(false);
});

test('what nobody wants any longer is not sent again', () => {
  const apart = new RefusedApart();
  apart.refused(['a', 'b']);
  apart.forget('a');
  expect(sent(apart)).toEqual([['b']]);
});
