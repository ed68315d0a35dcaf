/** The own claims, from the first to the badge. */
export const claims = {
  title: 'Your claims',
  text: 'A claim says that a domain, a site or an account is yours too. You publish a signed text there, and anybody can check it.',
  none: 'No claims yet',
  noneText: 'Two independent proofs make you verified for everybody you write with.',
  add: 'Add a claim',
  badge: {
    yes: 'You are verified: others see the badge beside your name.',
    one: 'One proof holds. With a second, independent one others see the badge; a domain and the site at it count as one.',
    none: 'With two independent proofs others see a badge beside your name.',
  },

  new: {
    title: 'Add a claim',
    where: 'What is yours?',
    sign: 'Sign the claim',
    exists: (subject: string) => `You have claimed ${subject} already.`,
    open: 'Open it',
    channels: {
      dns: {
        text: 'You can change its DNS records.',
        label: 'Domain',
        placeholder: 'example.org',
        bad: 'This is not a domain name. It looks like example.org.',
      },
      github: {
        text: 'You can make a public gist.',
        label: 'User name on GitHub',
        placeholder: 'alice',
        bad: 'GitHub has no such names: letters, digits and single hyphens, at most 39.',
      },
      ap: {
        text: 'Or another account in the Fediverse.',
        label: 'Account',
        placeholder: '@alice@mastodon.example',
        bad: 'An account has a name and a server, like @alice@mastodon.example.',
      },
      bluesky: {
        text: 'You can post there.',
        label: 'Handle on Bluesky',
        placeholder: 'alice.bsky.social',
        bad: 'A handle looks like alice.bsky.social.',
      },
      nostr: {
        text: 'You write with that key.',
        label: 'Public key on nostr',
        placeholder: 'npub1…',
        bad: 'This is not a public key. It begins with npub1; a letter may be missing.',
      },
      web: {
        text: 'You can put a file on it.',
        label: 'Site',
        placeholder: 'example.org',
        bad: 'This is not a site. It looks like example.org, without a path.',
      },
    },
  },

  one: {
    publish: 'Publish this text',
    unknown: 'This claim is not on this device.',
    elsewhere: 'The text of this claim was signed on another device. Sign it here anew to see it.',
    signAgain: 'Sign it here',
    copy: 'Copy the text',
    copyName: 'Copy the name',
    name: 'Name of the record',
    value: 'Value (type TXT)',
    zone: 'As a line of a zone file',
    how: {
      dns: (domain: string) => [
        `Open the DNS settings of ${domain} at your provider.`,
        'Add a record of type TXT with this name and value. Many forms want only “_kez” as the name.',
        'Save. It can take some minutes until the record is seen everywhere.',
      ],
      github: (user: string) => [
        `Log in to GitHub as ${user} and open gist.github.com.`,
        'Make a public gist with one file called kez.md that holds this text.',
      ],
      ap: (account: string) => [
        `Open the profile settings of ${account}.`,
        'Put this text into the bio, all of it, and save.',
      ],
      bluesky: (handle: string) => [
        `Make a post as ${handle} with any picture.`,
        'Put this text into the description (ALT) of the picture: a post itself has no room for it.',
      ],
      nostr: (npub: string) => [
        `Open the profile of ${npub} in your nostr program.`,
        'Put this text into “about” and save, or publish a note with it.',
      ],
      web: (host: string) => [`Put this text into a file at https://${host}/.well-known/kez.json.`],
    },
    checkTitle: 'Is it there?',
    check: 'Check now',
    checkText: 'When it is published, have it looked at.',
    fromHere: 'This browser looks at the place itself.',
    fromHome: 'Browsers may not read other sites, so your home server looks.',
    checking: 'Looking…',
    telling: 'Found. Telling your home server…',
    found: 'It is there. Everybody can see now that this is yours.',
    detail: 'Details',
    retry: (seconds: number) =>
      `It answers again in ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`,
    revoke: 'Take the claim back…',
    revokeTitle: (what: string) => `Take back ${what}?`,
    revokeText:
      'Everybody then sees that you took it back. You can claim it again later. Remove the text from its place, too.',
    revokeYes: 'Take back',
    discard: 'Discard the claim…',
    discardTitle: (what: string) => `Discard the claim about ${what}?`,
    discardText:
      'The signed text is removed from this device. If you have put it somewhere already, remove it there, too.',
    discardYes: 'Discard',
    revoking: 'Taking it back…',
    problems: {
      offline: 'Your home server was not reached. Nothing is lost: try again.',
      history:
        'Your home server does not show the history of your key that this device knows. Nothing was signed. Tell whoever runs the server.',
      ended: 'Your key was replaced or has ended: it signs nothing more.',
      refused: 'Your home server did not take it. Try again later.',
    },
  },
}
