import { inviteWords } from '../strings/invites.ts'

/** Why an invite code does not admit, in words. */
export const codeTrouble = (code: string): string => {
  const { problems, other } = inviteWords().code
  return problems[code] ?? other(code)
}
