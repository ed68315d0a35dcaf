import { Problem } from '@kez-chat/contracts'
import { readBounded } from './bounded-read.ts'
import { ApiError, UnexpectedResponse } from './errors.ts'

const maxProblemBytes = 64 * 1024

/** Turns a response that is not a success into the error to throw. */
export const errorOf = async (response: Response): Promise<ApiError | UnexpectedResponse> => {
  const text = await readBounded(response, maxProblemBytes).catch(() => '')
  const parsed = Problem.safeParse(parse(text))
  if (!parsed.success)
    return new UnexpectedResponse(response.status, `HTTP ${response.status} without a problem document`)
  const { code, status, detail, head } = parsed.data
  return new ApiError(code, status, detail, retryAfterOf(response), head)
}

/** `Retry-After` in seconds; the form with a date is not used by our servers and is ignored. */
const retryAfterOf = (response: Response): number | undefined => {
  const text = response.headers.get('retry-after')
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
