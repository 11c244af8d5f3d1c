namespace SoftmaxScripting.Core

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Text

/// <summary>A rule that rewrites formulas.</summary>
[<Sealed>]
type RewriteRule internal (rule: Rewrite) =

    let example =
        lazy
            (Trace.Run(fun () ->
                let variables =
                    [| for name, shape, (low, high) in rule.Example.Arguments ->
                           let shape = Shape.Of(Array.ofList shape)
                           let middle = Array.create shape.Size ((low + high) / 2.0)

                           Expr.variable
                               name
                               (Expr.data (Storage.OfDoubles(DType.Float64, middle)) shape) |]

                let before = rule.Example.Formula variables
                let after = (Rewriting.run [| rule |] ignore [| before |])[0]
                let names = rule.Example.Arguments |> List.map (fun (name, _, _) -> name)
                let writer = Transcription([], names)
                let before, after = writer.Write(before).Text, writer.Write(after).Text
                if before = after then "" else before + " → " + after))

    /// <summary>The rule's name, mostly what it does: before → after.</summary>
    member _.Name = rule.Name

    /// <summary>True for rules that keep results finite and accurate, false for those that shorten.</summary>
    member _.IsForStability = rule.Kind = RewriteKind.Stability

    /// <summary>What would go wrong without it, or what it saves.</summary>
    member _.Why = rule.Why

    /// <summary>A formula before and after it; empty where both are written alike, as x · 3 and 3 · x are.</summary>
    member _.Example = example.Value

/// <summary>What a rule that fired is for, in the order in which an explanation shows them.</summary>
type RewriteRank =
    /// <summary>The result stays finite and accurate where the formula as written does not.</summary>
    | Stability = 0
    /// <summary>Not a rule but what was assumed of an argument: that its rows sum to 1.</summary>
    | Assumption = 1
    /// <summary>The result is shorter or cheaper.</summary>
    | Shortening = 2

/// <summary>A rule that fired on a formula or its derivatives.</summary>
[<Sealed>]
type FiredRewrite internal (name: string, why: string, rank: RewriteRank, where: string, count: int)
    =
    /// <summary>The rule's name.</summary>
    member _.Name = name
    /// <summary>What would go wrong without it, or what it saves.</summary>
    member _.Why = why
    /// <summary>What it is for.</summary>
    member _.Rank = rank
    /// <summary>
    /// One place where it fired: before → after; empty where both are written alike, as x · 3 and 3 · x are.
    /// </summary>
    member _.Where = where
    /// <summary>How often it fired.</summary>
    member _.Count = count

/// <summary>
/// What a loss is as a formula: as written, in the stable form that is computed, its derivatives, and the rewrites that
/// led there. Functions know no shapes, so without example tensors the usual ones are tried: a prediction [n, k] with a
/// distribution per row, with class labels, [n] with [n], and so on; the sizes are then shown by name.
/// </summary>
[<Sealed>]
type Explanation
    private
    (
        title: string,
        arguments: string list,
        formula: Written,
        stable: Written,
        derivatives: (string * Written) list,
        notes: string list,
        rewrites: FiredRewrite list
    ) =

    let isRewritten = stable.Text <> formula.Text
    let written = formula :: stable :: (derivatives |> List.map snd)

    static let width = 100

    static let rules = lazy (Rules.all |> Array.map RewriteRule :> IReadOnlyList<RewriteRule>)

    /// Lines of at most the width, broken at spaces; what is carried over is indented further.
    static let wrap (indent: int) (text: string) =
        let lines = List<string>()

        for line in text.Split '\n' do
            let body = line.TrimStart()
            let indent = indent + line.Length - body.Length
            let mutable current = StringBuilder(String(' ', indent))
            let mutable isEmpty = true

            for word in body.Split ' ' do
                if not isEmpty && current.Length + 1 + word.Length > width then
                    lines.Add(current.ToString())
                    current <- StringBuilder(String(' ', indent + 4)).Append(word)
                else
                    (if isEmpty then current else current.Append ' ').Append word |> ignore

                isEmpty <- false

            lines.Add(current.ToString())

        String.Join("\n", lines)

    /// The shortest place where a rule fired, if it can be seen.
    static let place (names: string seq) (sizes: (int * Formula) list) (firings: seq<Firing>) =
        // Enough to find a short one among; a large graph has thousands.
        let examined = 16
        let longest = 300

        let shown (firing: Firing) =
            let writer = Transcription(sizes, names)
            let before, after = writer.Write firing.Before, writer.Write firing.After

            if before.Text = after.Text then
                None
            else
                let meanings = before.DefinitionLines @ after.DefinitionLines |> List.distinct
                let change = $"{Formula.text before.Body} → {Formula.text after.Body}"
                Some(String.Join(", ", change :: meanings))

        match firings |> Seq.truncate examined |> Seq.choose shown |> List.ofSeq with
        | [] -> ""
        | places ->
            let shortest = places |> List.minBy (fun p -> p.Length)

            if shortest.Length <= longest then
                shortest
            else
                shortest.Substring(0, longest) + "…"

    /// The rules that fired: those for stability, then what was assumed, then those that shorten.
    static let summarise names sizes (assumptions: Rewrite[]) (firings: List<Firing>) =
        let rank (rule: Rewrite) =
            if rule.Kind = RewriteKind.Stability then
                RewriteRank.Stability
            elif Array.exists (fun (a: Rewrite) -> a.Name = rule.Name) assumptions then
                RewriteRank.Assumption
            else
                RewriteRank.Shortening

        firings
        |> Seq.groupBy (fun f -> f.Rule.Name)
        |> Seq.map (fun (_, group) -> struct ((Seq.head group).Rule, group))
        |> Seq.sortBy (fun (struct (rule, _)) -> rank rule)
        |> Seq.map (fun (struct (rule, group)) ->
            FiredRewrite(rule.Name, rule.Why, rank rule, place names sizes group, Seq.length group))
        |> List.ofSeq

    static let shapeText (sizes: (int * Formula) list) (shape: Shape) =
        let size n =
            match sizes |> List.tryFind (fun (m, _) -> m = n) with
            | Some(_, symbol) -> Formula.text symbol
            | None -> string n

        "[" + String.Join(", ", shape.ToArray() |> Array.map size) + "]"

    /// Traces, rewrites and differentiates; throws what the function throws when it refuses the sample.
    static let explain
        (title: string)
        (names: string list)
        (invoke: Tensor list -> Tensor)
        (sample: Sample)
        =
        Trace.Run(fun () ->
            let variables =
                List.map2
                    (fun name (argument: Tensor) -> Expr.variable name argument.Expr)
                    names
                    sample.Arguments

            let result = invoke (variables |> List.map Tensor)

            if isNull result then
                raise (SoftmaxException "Explain: the function returned null instead of a tensor")

            let firings = List<Firing>()
            let stable = (Rewriting.run Rules.all firings.Add [| result.Expr |])[0]
            let floating = variables |> List.filter (fun v -> v.DType.IsFloat)

            let assumptions =
                sample.Distributions
                |> List.map (fun i -> Assumption.rowsSumToOne variables[i])
                |> Array.ofList

            let derived =
                if stable.DType.IsFloat then
                    Gradient.derive stable (Array.ofList floating)
                    |> Rewriting.run (Array.append assumptions Rules.all) firings.Add
                    |> List.ofArray
                else
                    []

            let reserved =
                names @ (sample.Sizes |> List.map (fun (_, symbol) -> Formula.text symbol))

            let writer = Transcription(sample.Sizes, reserved)
            let formula = writer.Write result.Expr
            let stable = writer.Write stable

            let written =
                derived
                |> List.map2
                    (fun v e -> (v, writer.Write e))
                    (floating |> List.truncate derived.Length)

            let nameOf (v: Expr) =
                match v.Op with
                | Op.Variable content -> content.Name
                | _ -> ""

            let isAssumed position =
                let rule = List.tryFindIndex ((=) position) sample.Distributions

                match rule with
                | Some i -> firings |> Seq.exists (fun f -> f.Rule.Name = assumptions[i].Name)
                | None -> false

            let notes =
                [ let shapes =
                      List.mapi2
                          (fun i name (argument: Tensor) ->
                              let kind =
                                  if not argument.DType.IsFloat then ", class labels"
                                  elif isAssumed i then ", a distribution per row"
                                  else ""

                              $"{name} {shapeText sample.Sizes argument.Shape}{kind}")
                          names
                          sample.Arguments

                  "for " + String.Join("; ", shapes)

                  for struct (name, shape) in writer.Captured do
                      $"{name} {shapeText sample.Sizes shape} is a tensor that the function has captured"

                  if result.Size <> 1 then
                      $"the result has shape {shapeText sample.Sizes result.Shape}; "
                      + "the derivatives are those of the sum of its elements" ]

            Explanation(
                title,
                names,
                formula,
                stable,
                written |> List.map (fun (v, w) -> (nameOf v, w)),
                notes,
                summarise reserved sample.Sizes assumptions firings
            ))

    static let start
        (f: Delegate)
        (invoke: Tensor list -> Tensor)
        (count: int)
        (names: string[])
        (examples: Tensor[])
        (target: TargetKind)
        =
        let title = Naming.ofFunction f
        let names = Naming.ofArguments f count names

        if not (isNull examples) && examples.Length > 0 then
            if examples.Length <> count then
                raise (
                    SoftmaxException
                        $"Explain: {examples.Length} example tensors were given for a function of {count} arguments"
                )

            explain
                title
                names
                invoke
                { Arguments = List.ofArray examples
                  Sizes = []
                  Distributions = (if target = TargetKind.Distribution then [ 1 ] else []) }
        else
            let refusals = List<string>()

            // The function is a stranger's: whatever it throws, it has refused this sample.
            let attempt (sample: Sample) =
                try
                    Some(explain title names invoke sample)
                with error when not (error :? OperationCanceledException) ->
                    let shapes =
                        String.Join(" and ", sample.Arguments |> List.map (fun a -> string a.Shape))

                    refusals.Add $"  {shapes}: {error.Message}"
                    None

            match Samples.candidates names target |> List.tryPick attempt with
            | Some explanation -> explanation
            | None ->
                raise (
                    SoftmaxException(
                        $"Explain: {title} accepts none of the usual shapes; give example tensors.\n"
                        + String.Join("\n", refusals |> Seq.distinct)
                    )
                )

    /// <summary>Explains a function of one tensor.</summary>
    /// <param name="f">The function.</param>
    /// <param name="names">Its argument's name; by default the parameter's.</param>
    /// <param name="examples">A tensor to trace it with, where the usual shapes do not fit.</param>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">The function accepts none of the usual shapes; each refusal is listed.</exception>
    static member Of
        (
            f: Func<Tensor, Tensor>,
            [<Optional; DefaultParameterValue(null: string[])>] names: string[],
            [<Optional; DefaultParameterValue(null: Tensor[])>] examples: Tensor[]
        ) =
        start f (fun a -> f.Invoke(a[0])) 1 names examples TargetKind.Automatic

    /// <summary>Explains a loss (prediction, target) or any other function of two tensors.</summary>
    /// <param name="f">The function.</param>
    /// <param name="names">Its arguments' names; by default the parameters'.</param>
    /// <param name="examples">Tensors to trace it with, where the usual shapes do not fit.</param>
    /// <param name="target">
    /// What the second argument is taken to be; with examples, Distribution says that its rows sum to 1.
    /// </param>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">The function accepts none of the usual shapes; each refusal is listed.</exception>
    static member Of
        (
            f: Func<Tensor, Tensor, Tensor>,
            [<Optional; DefaultParameterValue(null: string[])>] names: string[],
            [<Optional; DefaultParameterValue(null: Tensor[])>] examples: Tensor[],
            [<Optional; DefaultParameterValue(TargetKind.Automatic)>] target: TargetKind
        ) =
        start f (fun a -> f.Invoke(a[0], a[1])) 2 names examples target

    /// <summary>Explains a function of three tensors: (prediction, target, weight), (anchor, near, far), ….</summary>
    /// <param name="f">The function.</param>
    /// <param name="names">Its arguments' names; by default the parameters'.</param>
    /// <param name="examples">Tensors to trace it with, where the usual shapes do not fit.</param>
    /// <param name="target">
    /// What the second argument is taken to be; with examples, Distribution says that its rows sum to 1.
    /// </param>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">The function accepts none of the usual shapes; each refusal is listed.</exception>
    static member Of
        (
            f: Func<Tensor, Tensor, Tensor, Tensor>,
            [<Optional; DefaultParameterValue(null: string[])>] names: string[],
            [<Optional; DefaultParameterValue(null: Tensor[])>] examples: Tensor[],
            [<Optional; DefaultParameterValue(TargetKind.Automatic)>] target: TargetKind
        ) =
        start f (fun a -> f.Invoke(a[0], a[1], a[2])) 3 names examples target

    /// <summary>Every rule there is, in the order in which they are tried.</summary>
    static member Rules: IReadOnlyList<RewriteRule> = rules.Value

    /// <summary>What the function is called.</summary>
    member _.Title = title

    /// <summary>The function as it is written; further lines give what its names stand for.</summary>
    member _.Formula = formula.Text

    /// <summary>The form that is computed and differentiated; the same text where nothing had to be rewritten.</summary>
    member _.StableFormula = stable.Text

    /// <summary>
    /// By argument, the derivative of the function, or of the sum of its elements where it returns more than one number.
    /// Arguments that hold class labels have none.
    /// </summary>
    member _.Derivatives: IReadOnlyDictionary<string, string> =
        let result = Dictionary<string, string>()

        for name, derivative in derivatives do
            result[name] <- derivative.Text

        result

    /// <summary>The rules that fired: those for stability, then what was assumed, then those that shorten.</summary>
    member _.Rewrites: IReadOnlyList<FiredRewrite> = rewrites |> List.toArray :> _

    /// <summary>What the formulas were made with: shapes, captured tensors, whether a sum was differentiated.</summary>
    member _.Notes: IReadOnlyList<string> = notes |> List.toArray :> _

    /// <summary>The formulas as LaTeX, an aligned block.</summary>
    member _.Latex =
        let row left (w: Written) = $"{left} &= {Formula.latex w.Body}"

        let left =
            Formula.latex (Formula.Call(title, [], arguments |> List.map Formula.named))

        let rows =
            [ row left formula
              if isRewritten then
                  row "" stable
              for name, derivative in derivatives do
                  let name = Formula.latex (Formula.named name)
                  row $@"\frac{{\partial}}{{\partial {name}}}" derivative
              for name, meaning in written |> List.collect (fun w -> w.Definitions) |> List.distinct do
                  $@"&\quad\text{{with }} {Formula.latex name} = {Formula.latex meaning}" ]

        @"\begin{aligned} " + String.Join(@" \\ ", rows) + @" \end{aligned}"

    /// <summary>
    /// The formulas as a Presentation MathML element: the function, its stable form where that differs, its derivatives,
    /// and what names stand for, one row each. Browsers show it without any script.
    /// </summary>
    member _.MathML =
        let lines =
            [ let left = Formula.Call(title, [], arguments |> List.map Formula.named)
              (MathML.row left, formula.Body)

              if isRewritten then
                  (MathML.words "stable form", stable.Body)

              for name, derivative in derivatives do
                  (MathML.derivativeIn (Formula.named name), derivative.Body)

              for name, meaning in written |> List.collect (fun w -> w.Definitions) |> List.distinct do
                  (MathML.words "with " + MathML.row name, meaning) ]

        MathML.table lines

    /// <summary>Everything as text of at most 100 columns.</summary>
    override _.ToString() =
        let times (fired: FiredRewrite) =
            if fired.Count = 1 then
                fired.Name
            else
                $"{fired.Name} ({fired.Count} times)"

        // What only shortens is listed by name; what changes the numbers, or was assumed, is shown in full.
        let shortening, changing =
            rewrites |> List.partition (fun fired -> fired.Rank = RewriteRank.Shortening)

        let argumentList = String.Join(", ", arguments)

        let lines =
            [ wrap 0 $"{title}({argumentList}) = {Formula.text formula.Body}"
              if isRewritten then
                  wrap 0 $"stable form: {Formula.text stable.Body}"
              for name, derivative in derivatives do
                  wrap 0 $"∂/∂{name} = {Formula.text derivative.Body}"
              for line in written |> List.collect (fun w -> w.DefinitionLines) |> List.distinct do
                  wrap 2 line
              for note in notes do
                  wrap 2 note
              if not changing.IsEmpty then
                  ""
                  "Rewrites that fired"

                  for fired in changing do
                      wrap 2 $"{times fired}: {fired.Why}"

                      if fired.Where.Length > 0 then
                          wrap 6 fired.Where

              if not shortening.IsEmpty then
                  ""
                  wrap 0 ("Shortened by: " + String.Join("; ", shortening |> List.map times)) ]

        String.Join("\n", lines)
