import { type ErrorCode, errorStatus, Problem } from '@kez-chat/contracts'
import { expect } from 'vitest'

/** The answer is a problem document with this code, tells nothing of our insides, and may be read by other origins. */
export const expectProblem = async (response: Response, code: ErrorCode): Promise<Problem> => {
  const text = await response.text()
  expect({ status: response.status, text }).toMatchObject({ status: errorStatus[code] })
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const problem = Problem.strict().parse(JSON.parse(text))
  expect(problem).toMatchObject({ code, status: errorStatus[code], type: `urn:kez-chat:problem:${code}` })
  expect(text).not.toMatch(/\.ts:|node_modules|node:internal| at \w+ \(|FST_ERR|ZodError/)
  return problem
}
