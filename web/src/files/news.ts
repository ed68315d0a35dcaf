/** How far a file has come that is on its way. */
export type FileNews = {
  /** Names the file. */
  readonly tag: string
  readonly conversation: string
  readonly side: 'own' | 'peer'
  /** So many of its `n` parts are here, or were taken. */
  readonly have: number
  readonly n: number
  /** The message that points to it is here. */
  readonly pointed: boolean
}

const apart = 250

/** Tells how files stand, all of them at once and not more often than an eye follows. */
export const createFileNews = (tell: (files: readonly FileNews[]) => void) => {
  const files = new Map<string, FileNews>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let told = 0

  const changed = (): void => {
    timer ??= setTimeout(
      () => {
        timer = undefined
        told = Date.now()
        tell([...files.values()])
      },
      Math.max(0, told + apart - Date.now()),
    )
  }

  return {
    put: (news: FileNews): void => {
      files.set(news.tag, news)
      changed()
    },
    drop: (tag: string): void => {
      if (files.delete(tag)) changed()
    },
    stop: (): void => clearTimeout(timer),
  }
}

export type FileNewsBoard = ReturnType<typeof createFileNews>
