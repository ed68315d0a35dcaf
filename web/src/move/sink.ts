/** Where an export is written. */
export type Sink = {
  /** Resolves when there is room for more. */
  write(parts: Uint8Array<ArrayBuffer>[]): Promise<void>
  /** All of it is in its place. */
  close(): Promise<void>
  /** Leaves nothing behind. */
  abort(): Promise<void>
}

type SavePicker = (options: {
  suggestedName: string
  types: { description: string; accept: Record<string, string[]> }[]
}) => Promise<FileSystemFileHandle>

const savePicker = (): SavePicker | undefined =>
  'showSaveFilePicker' in window ? (window.showSaveFilePicker as SavePicker).bind(window) : undefined

const onDisk = async (handle: FileSystemFileHandle): Promise<Sink> => {
  const stream = await handle.createWritable()
  return {
    write: async (parts) => stream.write(new Blob(parts)),
    close: () => stream.close(),
    abort: () => stream.abort(),
  }
}

const keptFor = 60_000

/** Gathers blobs, which a browser may put on the disk itself, and hands them over as a download. */
const asDownload = (name: string): Sink => {
  let parts: Blob[] = []
  return {
    write: async (more) => {
      parts.push(new Blob(more))
    },
    close: async () => {
      const url = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }))
      const link = document.createElement('a')
      link.href = url
      link.download = name
      link.click()
      // The browser says nothing when it has it all.
      setTimeout(() => URL.revokeObjectURL(url), keptFor)
    },
    abort: async () => {
      parts = []
    },
  }
}

/**
 * Asks where the file shall go, where the browser lets one choose, and downloads it elsewhere. Called from a click.
 * Undefined when the person has changed their mind.
 */
export const openSink = async (name: string, description: string): Promise<Sink | undefined> => {
  const pick = savePicker()
  if (!pick) return asDownload(name)
  try {
    const types = [{ description, accept: { 'application/octet-stream': ['.kez'] } }]
    return await onDisk(await pick({ suggestedName: name, types }))
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined
    throw error
  }
}
