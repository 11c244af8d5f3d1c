# Completion of softmax in fish.
function __softmax_suggest
    set -l words (commandline -opc) (commandline -ct)
    softmax suggest -- $words[2..-1] 2>/dev/null
end
complete -c softmax -a '(__softmax_suggest)'
