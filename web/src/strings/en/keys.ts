export const keys = {
  later: 'Later',
  open: 'Open',
  done: 'Done',

  quick: {
    title: 'Quick unlock',
    text: 'Unlock kez with the fingerprint, face or PIN of this device. Your passphrase goes on working, and is still asked for before your recovery phrase is shown.',
    passphrase: 'Your passphrase',
    enrol: 'Set up quick unlock',
    on: 'Quick unlock is on for this browser.',
    remove: 'Remove quick unlock',
    unlock: 'Unlock with fingerprint, face or PIN',
    or: 'Or with your passphrase:',
    no_key:
      'This device cannot do it: it can check that it is you, but gives kez no key to unlock with. The passphrase goes on working.',
    cancelled: 'The device did not confirm. Try again, or use your passphrase.',
    no_authenticator:
      'This device or browser has no fingerprint, face or PIN check that kez can use. The passphrase goes on working.',
    stale: 'What the device gave does not open kez any more. Use your passphrase, then set up quick unlock again.',
  },

  change: {
    title: 'Change the passphrase',
    old: 'Your passphrase until now',
    fresh: 'New passphrase',
    save: 'Change the passphrase',
    saved: 'Changed. Only the new passphrase opens kez now.',
    savedQuick: 'Changed. Only the new passphrase opens kez now; quick unlock goes on working.',
  },

  drill: {
    title: 'Prove your recovery phrase',
    text: 'Enter all your words from your notes. Nothing is sent anywhere: this only checks that they would bring you back.',
    check: 'Check my words',
    right: 'These words are yours. They would bring your identity back.',
    wrong: 'These words are in order, but they belong to another identity.',
    never: 'You have not tried yet whether your words work.',
    last: (when: string) => `Last proven on ${when}.`,
    open: 'Prove that my words work',
  },

  storage: {
    title: 'Storage on this device',
    kept: 'The browser keeps what kez stores until you remove it.',
    mayGo: 'The browser may clear what kez stores when space runs short. Keep your recovery phrase at hand.',
    ask: 'Ask the browser to keep it',
    refused: 'The browser said no. It often agrees once you use kez more, or have installed it.',
    used: (size: string) => `In use: ${size}.`,
  },

  lost: {
    everything: {
      title: 'There was an identity here',
      text: 'This browser once held an identity, but its data is gone: the browser or somebody has cleared it. Your recovery phrase brings the identity back. A new one would be a different person to everybody who knows you.',
    },
    keys: {
      title: 'The key of this browser is gone',
      text: 'Some messages are still stored here, but nothing is left that can open them. Your recovery phrase brings the identity back; what is left here is then erased.',
    },
    lock: {
      title: 'Your app lock is gone',
      text: 'The browser has lost what your passphrase opens. Your identity and your messages are still here. Choose a passphrase to lock them again; your recovery phrase is no longer stored here.',
    },
    messages: {
      title: 'Some of your data is gone',
      text: 'Your identity is here, but the browser has lost other things kez had stored, such as messages. They cannot be brought back from here. What still waits on the server will come again.',
    },
    foreign: {
      title: 'The data here does not fit your key',
      text: 'What is stored in this browser was locked with another key, so it cannot be opened. Reload first. If that does not help, restore your identity; what is stored here is then erased.',
    },
    restore: 'Use my recovery phrase',
    anew: 'Start with a new identity',
    goOn: 'Go on',
  },

  welcome: {
    title: 'Welcome',
    text: (full: string) =>
      `People find you as ${full}. A few things are worth doing; none of them has to be done now.`,
    goOn: 'Go to the chats',
    link: 'First steps',
    progress: (done: number, of: number) => `${done} of ${of} done`,
    steps: {
      phrase: {
        title: 'Save your recovery phrase',
        text: 'You have your words. Keep them safe: they bring you back on any device.',
      },
      drill: { title: 'Prove that your words work', text: 'Enter them once from your notes.' },
      lock: { title: 'Unlock quickly', text: 'With the fingerprint, face or PIN of this device.' },
      notifications: { title: 'Turn notifications on', text: 'This device tells you when a message comes.' },
      proof: {
        title: 'Your first proof',
        text: 'Show that a domain, a site or an account is yours, so that people can be sure it is you.',
      },
      install: { title: 'Install kez', text: 'It opens like any other app.' },
    },
    phraseUnseen:
      'You came with an older key. It can be written as 24 words too: settings shows them. Write them down, then prove them.',
    install: 'Install',
    installApple: 'On an iPhone or iPad: the Share button, then “Add to Home Screen”.',
    installOther: 'In the browser’s menu, look for “Install” or “Add to home screen”.',
  },
}
