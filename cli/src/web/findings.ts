import type { WebFile, WebManifest } from '@kez-chat/contracts'

/** What is wrong, for machines; `detail` is for people. */
export type Finding = {
  readonly path: string
  readonly problem: /** What is served is not what the server's own list says. */
    | 'changed'
    /** It is listed and not there. */
    | 'missing'
    /** Not everybody gets the same. */
    | 'differs_by_visitor'
    /** The page comes with a policy that lets more in than the app's own. */
    | 'weak_policy'
    /** The list has another content for it than the build it is compared with. */
    | 'other_than_built'
    /** The list has it, the build does not. */
    | 'added'
    /** The build has it, the list does not. */
    | 'left_out'
  readonly detail: string
}

/** How a server's list differs from that of a build. */
export const compareLists = (served: WebManifest, built: WebManifest): Finding[] => {
  const byPath = (files: readonly WebFile[]) => new Map(files.map((file) => [file.path, file]))
  const [there, here] = [byPath(served.files), byPath(built.files)]
  const others = served.files.flatMap(({ path, sha256 }): Finding[] => {
    const own = here.get(path)
    if (!own) return [{ path, problem: 'added', detail: 'the server serves it, and the build does not have it' }]
    return own.sha256 === sha256
      ? []
      : [{ path, problem: 'other_than_built', detail: 'the server has another content for it than the build' }]
  })
  const gone = built.files
    .filter(({ path }) => !there.has(path))
    .map(({ path }): Finding => ({ path, problem: 'left_out', detail: 'the build has it, and the server does not' }))
  return [...others, ...gone]
}
