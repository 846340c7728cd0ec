# capture.zsh COMPLETION LINE OUT: writes what zsh offers after LINE to OUT, a word a line, then END.
# Completion needs a terminal and its line editor: zpty gives both, and compadd is overheard.
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT= RPROMPT=; autoload -Uz compinit; compinit -D -u; source ${(q)1}"
zpty -w z "hits=${(q)3}; : >\$hits"
zpty -w z 'compadd() { if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi; local -a found; builtin compadd -A found "$@"; print -rl -- $found >>$hits; }'
zpty -w z 'offer() { zle complete-word; print -r -- END >>$hits; exit; }; zle -N offer; zle -C complete-word complete-word _main_complete; bindkey "^I" offer'
zpty -w -n z "$2"$'\t'
# The terminal must be read, or a full buffer would stop the shell in it.
for i in {1..600}; do
    while zpty -rt z said; do :; done
    [[ "$(<$3)" == *END ]] 2>/dev/null && break
    sleep 0.1
done
zpty -d z
