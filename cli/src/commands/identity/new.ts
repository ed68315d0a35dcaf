import { newPhrase, phraseToSeed, signingKeyFromSeed } from '@kez-chat/identity'
import type { Command } from '../../command.ts'
import { createPrivateFile } from '../../files/write-private.ts'
import { fields } from '../../output/table.ts'

export const identityNew: Command = {
  name: 'identity new',
  about: 'make a new identity and its recovery phrase',
  args: [],
  options: {
    words: { value: 'number', choices: ['12', '24'], about: 'how long the recovery phrase is; 12 when left out' },
    out: { value: 'path', about: 'write the phrase to a new file that only you can read, and do not show it' },
  },
  examples: ['kez identity new --out alice.phrase'],
  run: async ({ option }) => {
    const phrase = newPhrase(option('words') === '24' ? 24 : 12)
    const { primary } = signingKeyFromSeed(phraseToSeed(phrase))
    const out = option('out')
    if (out !== undefined) {
      await createPrivateFile(out, `${phrase}\n`)
      return {
        data: { primary, out },
        text: (paint) =>
          fields(paint, [
            ['identity', paint.bold(primary)],
            ['phrase', `in ${out}`],
          ]),
      }
    }
    return {
      data: { primary, mnemonic: phrase },
      text: (paint) =>
        `${fields(paint, [
          ['identity', paint.bold(primary)],
          ['phrase', phrase],
        ])}\n${paint.careful('Write the phrase down: it is the identity. Nobody can give it back to you.')}\n`,
    }
  },
}
