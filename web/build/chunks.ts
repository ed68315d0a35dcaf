import { fileURLToPath } from 'node:url'

type ModuleGraph = { getModuleInfo(id: string): { importedIds: readonly string[] } | null }

const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/** What main.ts fetches beside its own start where somebody is at home: see app/fetch-ahead.ts. */
const partsOfHome = ['storage/at-rest.ts', 'storage/canary.ts', 'session/session.ts', 'chats/view.ts'].map(source)

const reachableFrom = (start: readonly string[], graph: ModuleGraph): Set<string> => {
  const seen = new Set(start)
  for (const id of seen) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) seen.add(next)
  return seen
}

/** What every page loads after it is shown, also that of somebody who is not at home here: see main.ts. */
const afterFirst = source('offline/follow.ts')

/**
 * Few files for a start: each costs a pass through the service worker, which took most of a start's time when they were a
 * hundred. What the first page needs is one file; what somebody at home needs beside it is one for the libraries, which
 * whoever makes an account needs as well, and one for the app.
 */
export const fewFilesForAStart = () => {
  let sets: { later: Set<string>; home: Set<string> } | undefined
  const within = (set: 'later' | 'home', id: string, graph: ModuleGraph): boolean => {
    sets ??= { later: reachableFrom([afterFirst], graph), home: reachableFrom(partsOfHome, graph) }
    return sets[set].has(id)
  }
  return [
    { name: 'first', tags: ['$initial' as const] },
    // Apart from the app, which would else be loaded with it.
    { name: (id: string, graph: ModuleGraph) => (within('later', id, graph) ? 'later' : null) },
    {
      name: (id: string, graph: ModuleGraph) => (within('home', id, graph) ? 'libraries' : null),
      test: /[/\\](node_modules|libs)[/\\]/,
    },
    { name: (id: string, graph: ModuleGraph) => (within('home', id, graph) ? 'home' : null) },
  ]
}
