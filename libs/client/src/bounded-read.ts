import { NetworkError, UnexpectedResponse } from './errors.ts'

/** Reads a body as text and gives up once it is larger than `limit` bytes. */
export const readBounded = async (response: Response, limit: number): Promise<string> => {
  if (!response.body) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new NetworkError('the answer was cut off', { cause })
    })
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > limit) {
      await reader.cancel().catch(() => undefined)
      throw new UnexpectedResponse(response.status, `the answer is larger than ${limit} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
}
