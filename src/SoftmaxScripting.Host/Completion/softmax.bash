# Completion of softmax in bash.
_softmax() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(softmax suggest -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # After a folder comes what is in it, so no space.
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]]; then compopt -o nospace; fi
}
complete -o default -F _softmax softmax
