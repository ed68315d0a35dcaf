import { type ErrorCode, errorStatus, Problem } from '@kez-chat/contracts'

type ProblemResponse = {
  description: string
  content: { 'application/problem+json': { schema: typeof Problem } }
}

/** The refusals of a route for its OpenAPI description: one response per status, naming the codes it may carry. */
export const problems = (...codes: ErrorCode[]): Record<string, ProblemResponse> => {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) byStatus.set(errorStatus[code], [...(byStatus.get(errorStatus[code]) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, all]) => [
      String(status),
      {
        description: all.map((code) => `\`${code}\``).join(', '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  )
}
