import { serve, type Route, whoami } from './service.ts';

/** `/details/{id}`: the facts of one book. */
export function detailsRoutes(env: NodeJS.ProcessEnv): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/details\/(\d+)$/,
      answer: ({ captured: [id] }) => ({
        status: 200,
        body: {
          id: Number(id),
          author: 'William Shakespeare',
          year: 1595,
          type: 'paperback',
          pages: 200,
          publisher: 'PublisherA',
          language: 'English',
          'ISBN-10': '1234567890',
          'ISBN-13': '123-1234567890',
          ...whoami(env),
        },
      }),
    },
  ];
}

if (import.meta.main) serve('details', detailsRoutes(process.env), process.env);
