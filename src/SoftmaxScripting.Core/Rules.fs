namespace SoftmaxScripting.Core

/// Every rewrite there is, in the order in which they are tried.
module internal Rules =

    let all: Rewrite[] = Array.concat [ Stability.rules; Simplify.rules; Arrange.rules ]
