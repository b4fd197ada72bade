import { Type, type Static } from 'typebox';
import { message } from './message.ts';
import { text, textMap, texts } from './scalars.ts';

const someone = Type.Record(Type.String(), Type.Unknown());

/** Kubernetes ObjectMeta, as people write it and as `kubectl get -o yaml` gives it back. */
export const ObjectMeta = message(
  { name: text() },
  {
    namespace: text(),
    labels: textMap(),
    annotations: textMap(),
    uid: text(),
    resourceVersion: text(),
    generation: Type.Integer(),
    creationTimestamp: text(),
    deletionTimestamp: text(),
    deletionGracePeriodSeconds: Type.Integer(),
    generateName: text(),
    selfLink: text(),
    finalizers: texts(),
    ownerReferences: Type.Array(someone),
    managedFields: Type.Array(someone),
  },
);
type Written = Static<typeof ObjectMeta>;

/** ObjectMeta once read: the namespace is always known. */
export type ObjectMeta = Written & { namespace: string };
