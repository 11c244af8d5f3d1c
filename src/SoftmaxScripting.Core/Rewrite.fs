namespace SoftmaxScripting.Core

open System
open System.Collections.Generic

/// What a rewrite is for.
[<RequireQualifiedAccess>]
type internal RewriteKind =
    /// The result stays finite and accurate where the formula as written does not.
    | Stability
    /// The result is shorter or cheaper.
    | Simplify

/// A formula that a rewrite applies to, with what its arguments may be: from it the rule's test and its line in the
/// documentation are made.
type internal Example =
    {
        /// Name, shape and range of each argument.
        Arguments: (string * int list * (float * float)) list
        Formula: Expr[] -> Expr
        /// Values of the first argument at which the formula as written is not finite, and the rewritten one is.
        Extremes: float list
    }

/// A rule: data, so that each is tested and listed by machine.
type internal Rewrite =
    {
        Name: string
        Kind: RewriteKind
        /// One line: what would go wrong, or what is saved.
        Why: string
        Example: Example
        Apply: Expr -> Expr voption
    }

/// A rule's firing, for Explain.
type internal Firing =
    { Rule: Rewrite
      Before: Expr
      After: Expr }

module internal Rewriting =

    /// A longer chain of rules on one place, or more firings in one graph, mean that rules undo each other.
    let private longestChain = 200

    let private limit = 1_000_000

    let private loops (fired: Dictionary<string, int>) =
        let worst = fired |> Seq.maxBy (fun pair -> pair.Value)

        SoftmaxException(
            $"The rewrites do not come to rest: '{worst.Key}' fired {worst.Value} times. "
            + "Please report the formula: two rules undo each other."
        )

    /// Applies rules bottom-up until none fits. Runs inside a trace, so that equal results are one node.
    let run (rules: Rewrite[]) (onFiring: Firing -> unit) (roots: Expr[]) : Expr[] =
        Trace.Run(fun () ->
            let settled = Dictionary<Expr, Expr>(HashIdentity.Reference)
            let fired = Dictionary<string, int>()
            let mutable firings = 0

            let tryRules (node: Expr) =
                let mutable result = ValueNone
                let mutable i = 0

                while result.IsNone && i < rules.Length do
                    match rules[i].Apply node with
                    | ValueSome after when not (obj.ReferenceEquals(after, node)) ->
                        let rule = rules[i]
                        firings <- firings + 1

                        fired[rule.Name] <-
                            1
                            + (match fired.TryGetValue rule.Name with
                               | true, n -> n
                               | _ -> 0)

                        if firings > limit then
                            raise (loops fired)

                        onFiring
                            { Rule = rule
                              Before = node
                              After = after }

                        result <- ValueSome after
                    | _ -> i <- i + 1

                result

            // A node whose arguments are settled. What a rule returns is new only near its top, so the recursion
            // into it is as deep as the rule's own pattern, not as the graph.
            let mutable depth = 0

            let rec settle (node: Expr) : Expr =
                match settled.TryGetValue node with
                | true, done' -> done'
                | _ ->
                    match CallSites.Within(node, tryRules) with
                    | ValueNone ->
                        settled[node] <- node
                        node
                    | ValueSome after ->
                        depth <- depth + 1

                        if depth > longestChain then
                            raise (loops fired)

                        let result = visit after
                        depth <- depth - 1
                        settled[node] <- result
                        result

            and visit (node: Expr) : Expr =
                match settled.TryGetValue node with
                | true, done' -> done'
                | _ ->
                    let result = settle (Expr.withArgs node (Array.map visit node.Args))
                    settled[node] <- result
                    result

            for node in Expr.topological roots do
                visit node |> ignore

            roots |> Array.map visit)
