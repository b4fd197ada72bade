import { bucketNames, streamName, type BucketName } from './bucket.ts';
import { busUsers, type BusUser } from './bus-user.ts';
import { inboxPrefix } from './connection.ts';
import { topicSubject, topicUsers, type Topics } from './topic.ts';

export interface NatsServerSettings {
  /** Address to listen on; loopback when not given. */
  readonly host?: string;
  readonly port: number;
  /** Folder that JetStream keeps its streams in. */
  readonly storeDir: string;
  /** A user without a password here does not exist. */
  readonly passwords: Partial<Record<BusUser, string>>;
  /** Where it tells on loopback how it is, over HTTP; nowhere when not given. */
  readonly monitoringPort?: number;
  /** Of a cluster: its name in it is then the environment variable NATS_NAME. */
  readonly cluster?: NatsCluster;
}

/** Several servers that keep the same streams. */
export interface NatsCluster {
  /** The port for the other servers. */
  readonly port: number;
  /** `host:port` of every server. */
  readonly peers: readonly string[];
  /** What they know each other by. */
  readonly password: string;
}

/** How many resources one commit may have; the server's own default is 1,000. */
const largestCommit = 20_000;

/**
 * The text of a nats-server configuration for the bus: file storage, and a user a service with no more
 * rights than it needs. Only Galley writes resources; whoever else connects can read them. On each topic one user speaks
 * and one listens.
 */
export function natsServerConfig({ host = '127.0.0.1', port, storeDir, passwords, monitoringPort, cluster }: NatsServerSettings): string {
  const users = busUsers.flatMap((user) => {
    const password = passwords[user];
    return password === undefined ? [] : [userEntry(user, password)];
  });
  return `server_name: ${cluster === undefined ? 'flotilla' : '$NATS_NAME'}
host: ${text(host)}
port: ${port}
${monitoringPort === undefined ? '' : `http: "127.0.0.1:${monitoringPort}"\n`}${cluster === undefined ? '' : clusterSection(host, cluster)}jetstream {
  store_dir: ${text(storeDir)}
  limits { batch { max_msgs: ${largestCommit} } }
}
authorization {
  users: [
${users.join('\n')}
  ]
}
`;
}

function clusterSection(host: string, { port, peers, password }: NatsCluster): string {
  const routes = peers.map((peer) => text(`nats://route:${encodeURIComponent(password)}@${peer}`));
  return `cluster {
  name: flotilla
  listen: ${text(`${host}:${port}`)}
  authorization { user: route, password: ${text(password)} }
  routes: [${routes.join(', ')}]
}
`;
}

function userEntry(user: BusUser, password: string): string {
  const publish = [...bucketNames.flatMap((bucket) => [...readRights(bucket), ...(user === 'galley' ? writeRights(bucket) : [])]), ...topicsOf(user, 'speaks')];
  const subscribe = [`${inboxPrefix(user)}.>`, ...topicsOf(user, 'listens')];
  return `    {
      user: ${text(user)}
      password: ${text(password)}
      permissions {
        publish: [${publish.map(text).join(', ')}]
        subscribe: [${subscribe.map(text).join(', ')}]
      }
    }`;
}

/** To read a bucket: ask what it is, make a consumer on it, keep up its flow, get single entries. */
function readRights(bucket: BucketName): string[] {
  const stream = streamName(bucket);
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.DIRECT.GET.${stream}.>`,
    `$JS.FC.${stream}.>`,
  ];
}

/** To write a bucket: make it, set it up, publish to its subjects. */
function writeRights(bucket: BucketName): string[] {
  const stream = streamName(bucket);
  return [`$JS.API.STREAM.CREATE.${stream}`, `$JS.API.STREAM.UPDATE.${stream}`, `$KV.${bucket}.>`];
}

/** The subjects of the topics that a user speaks on, or listens to. */
function topicsOf(user: BusUser, right: 'speaks' | 'listens'): string[] {
  const topics = Object.keys(topicUsers) as (keyof Topics)[];
  return topics.filter((topic) => topicUsers[topic][right] === user).map(topicSubject);
}

/** A string of the configuration language; within quotes it substitutes nothing. */
function text(value: string): string {
  return JSON.stringify(value);
}
