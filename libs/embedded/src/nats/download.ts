import { EmbeddedError } from '../errors.ts'

/**
 * Downloads a small file into memory, within a time and a size.
 * @throws EmbeddedError `download_failed` naming the address and the reason.
 */
export const download = async (url: string, maxBytes: number, timeoutMs: number): Promise<Uint8Array> => {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, { signal, redirect: 'follow' })
    if (!response.ok || !response.body)
      throw new EmbeddedError('download_failed', `${url}: the server answered ${response.status}`)
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body) {
      size += chunk.length
      if (size > maxBytes) throw new EmbeddedError('download_failed', `${url}: larger than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (error instanceof EmbeddedError) throw error
    throw new EmbeddedError('download_failed', `${url}: ${reasonOf(error)}`, { cause: error })
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
