import type { Command } from '../command.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { usageError } from '../errors.ts'

const shells: ReadonlyMap<string, (commands: readonly Command[]) => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
])

export const createCompletion = (commands: readonly Command[]): Command => ({
  name: 'completion',
  about: 'a script that completes kez in your shell',
  args: [{ name: 'shell', about: 'bash, zsh or fish', choices: [...shells.keys()] }],
  options: {},
  examples: [
    'eval "$(kez completion bash)"        # in ~/.bashrc',
    'eval "$(kez completion zsh)"         # in ~/.zshrc, after compinit',
    'kez completion fish | source         # in ~/.config/fish/config.fish',
  ],
  run: async ({ args: [shell = ''] }) => {
    const script = shells.get(shell)?.(commands)
    if (script === undefined) throw usageError('<shell> is one of bash, zsh, fish')
    return { data: { script }, text: () => script }
  },
})
