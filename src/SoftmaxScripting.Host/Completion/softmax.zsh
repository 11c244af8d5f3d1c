# Completion of softmax in zsh.
_softmax() {
  local -a candidates
  candidates=("${(@f)$(softmax suggest -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( ${#candidates} > 0 )) && [[ -n ${candidates[1]} ]]; then
    compadd -Q -S '' -- ${(M)candidates:#*/}
    compadd -- ${candidates:#*/}
  else
    _files
  fi
}
compdef _softmax softmax
