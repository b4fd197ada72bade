import { serve, type Route, whoami } from './service.ts';

const ratings = { Reviewer1: 5, Reviewer2: 4 };

/** `/ratings/{id}`: the stars each reviewer gave. */
export function ratingsRoutes(env: NodeJS.ProcessEnv): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/ratings\/(\d+)$/,
      answer: ({ captured: [id] }) => ({ status: 200, body: { id: Number(id), ratings, ...whoami(env) } }),
    },
  ];
}

if (import.meta.main) serve('ratings', ratingsRoutes(process.env), process.env);
