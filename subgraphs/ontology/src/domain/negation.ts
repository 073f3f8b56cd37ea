/** Phrases that deny nothing, or turn nothing round: they are taken out before words are counted. */
export const NO_DENIALS = [
  /\bnot only\b/g,
  /\bno matter (?:what|how|who|which|where|when|if|whether)\b/g,
  /\b(?:whether )?or not\b/g,
  /\b(?:no|not) (?:more|less|fewer|later|earlier|sooner|longer) than\b/g,
  /\bnothing but\b/g,
  /\bno doubt\b/g,
]

/** What denies the statement that it stands in. */
export const DENIALS = new Set(
  `not no never none nobody nothing nowhere neither nor cannot without hardly
   avoid avoids avoided avoiding refrain refrains refraining refuse refuses refused refusing
   lack lacks lacking dont doesnt didnt isnt arent wasnt werent wont wouldnt shouldnt mustnt cant couldnt`.split(/\s+/),
)

/** What parts a statement from another that is denied: "A rather than B" says A, and denies B. */
export const INSTEAD = /\b(?:instead of|rather than|in place of)\b/

/** Words and their opposites: each opposite is taken for its word, denied. As they are written, not as stems. */
export const OPPOSITES: Readonly<Record<string, string>> = {
  forbid: 'allow',
  forbidden: 'allow',
  prohibit: 'allow',
  prohibited: 'allow',
  ban: 'allow',
  banned: 'allow',
  disallow: 'allow',
  permit: '+allow',
  permitted: '+allow',
  exclude: 'include',
  excluded: 'include',
  omit: 'include',
  omitted: 'include',
  disable: 'enable',
  disabled: 'enable',
  decrease: 'increase',
  reduce: 'increase',
  reduced: 'increase',
  minimise: 'maximise',
  minimised: 'maximise',
  minimize: 'maximise',
  minimized: 'maximise',
  maximize: '+maximise',
  maximized: '+maximise',
  less: 'more',
  fewer: 'more',
  slow: 'fast',
  slowly: 'fast',
  quick: '+fast',
  quickly: '+fast',
  secret: 'public',
  private: 'public',
  distrust: 'trust',
  delete: 'keep',
  deleted: 'keep',
  remove: 'keep',
  removed: 'keep',
  kept: '+keep',
  reject: 'accept',
  rejected: 'accept',
  deny: 'accept',
  denied: 'accept',
  false: 'true',
  untrue: 'true',
  wrong: 'right',
  unsafe: 'safe',
  unnecessary: 'necessary',
  unacceptable: 'acceptable',
  optional: 'mandatory',
  shown: '+show',
  given: '+give',
  told: '+tell',
}

/** What a statement is not about: words that most statements have. */
export const EMPTY_WORDS = new Set(
  `a an the this that these those it its they them their theirs he she his her we us our you your i one ones
   is are be been being was were am do does did done has have had having will would shall should can could may might must
   need needs ought of in on at by for from to into onto with within as and or but if then than so such there here when
   where while which who whom whose what how why all any each every some both either only also even just very too
   always ever everyone everybody everything anyone anybody anything someone somebody something anyway anymore longer
   about over under again still yet between among before after because since until up out off own same other others
   let make makes made`.split(/\s+/),
)
