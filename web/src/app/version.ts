/** The parts of a version are kept under this name, and a page that runs it holds a lock of this name. */
export const versionName = (build: string): string => `kez-app-${build}`

const thisVersion = (): string => {
  const build = document.querySelector<HTMLMetaElement>('meta[name="kez-build"]')?.content ?? 'none'
  return versionName(build)
}

/** As long as this page lives its version is needed: the worker, which cannot ask a page that sleeps, sees it by the lock. */
export const holdVersion = (): void => {
  void navigator.locks?.request(thisVersion(), { mode: 'shared' }, () => new Promise(() => undefined))
}
