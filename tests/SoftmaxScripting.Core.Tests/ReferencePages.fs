/// The pages of documentation that are written from the tables of the core.
module internal SoftmaxScripting.Core.Tests.ReferencePages

open System
open System.IO
open System.Text.RegularExpressions
open System.Xml.Linq
open SoftmaxScripting.Core

/// A bar would end the column.
let private cell (text: string) = text.Replace("|", "\\|")

let private row (cells: string list) =
    "| " + String.Join(" | ", cells |> List.map cell) + " |"

let private table (columns: string list) (rows: string list list) =
    row columns
    :: row (columns |> List.map (fun _ -> "---"))
    :: (rows |> List.map row)

let private page (lines: string list) = String.Join("\n", lines) + "\n"

let private variable name shape =
    Expr.example name (Shape.Of(List.toArray shape)) DType.Float64

/// An expression on one line, with what its names stand for.
let private written (writer: Transcription) (e: Expr) =
    let w = writer.Write e
    String.Join(", ", Formula.text w.Body :: w.DefinitionLines)

/// As text shows numbers: −0.5, 1e-8.
let private number (value: float) =
    Regex.Replace(Formula.digits value, "^-", "−")
    |> fun digits -> Regex.Replace(digits, "E-0*", "e-")

// ---- operations ----

let private simplified (e: Expr) =
    (Rewriting.run Rules.all ignore [| e |])[0]

let private derivative (e: Expr) =
    match (simplified e).Op with
    | Op.Constant value -> number value
    | _ -> written (Transcription([], [ "x"; "a"; "b" ])) (simplified e)

let private range (d: Domain) =
    let kinks =
        match d.Kinks with
        | [] -> ""
        | kinks -> ", kinks at " + String.Join(", ", kinks |> List.map number)

    $"[{number d.Low}, {number d.High}]{kinks}"

let operations () =
    Trace.Run(fun () ->
        let x, a, b = variable "x" [ 2; 3 ], variable "a" [ 2; 3 ], variable "b" [ 2; 3 ]

        let unaries =
            [ for r in OpTable.unaries.Value ->
                  [ $"`{r.Name}`"
                    r.Text
                    derivative (r.Derivative x (Build.unary r.Op x))
                    range r.Domain ] ]

        let binaries =
            [ for r in OpTable.binaries.Value ->
                  let struct (left, right) = r.Partials a b (Build.binary r.Op a b)

                  let domain =
                      if r.Left = r.Right then
                          $"a, b in {range r.Left}"
                      else
                          $"a in {range r.Left}, b in {range r.Right}"

                  [ $"`{r.Name}`"
                    r.Text
                    derivative left
                    derivative right
                    domain + (if r.KinkAtTie then ", kink at a = b" else "") ] ]

        page (
            [ "# Operations"
              ""
              "Generated from the table of operations in `OpTable.fs`; a test fails when this page is stale."
              ""
              "Each operation has one row with its formula, its derivative, its kernel and an independent reference. Tests compare"
              "kernel and derivative with the reference on the numbers of the last column, away from the kinks. The derivatives"
              "below are what the row computes, after the [rewrites](rewrites.md)."
              ""
              "## Of one number" ]
            @ [ "" ]
            @ table [ "operation"; "y"; "∂y/∂x"; "tried on" ] unaries
            @ [ ""
                "At a kink `abs` and `sign` have the derivative 0, `relu` that of the left branch, 0. `lift` is written by rewrites"
                "only: it keeps −∞ out of a difference, and has the derivative of x."
                ""
                "## Of two numbers"
                "" ]
            @ table [ "operation"; "y"; "∂y/∂a"; "∂y/∂b"; "tried on" ] binaries
            @ [ ""
                "Comparisons give 1 or 0. At a tie `min` and `max` share the gradient in halves, so that max(a, b) stays symmetric." ]
        ))

// ---- rewrites ----

let private change (rule: Rewrite) =
    let arguments =
        rule.Example.Arguments
        |> List.map (fun (name, shape, _) -> variable name shape)
        |> List.toArray

    let formula = rule.Example.Formula arguments
    let alone = (Rewriting.run [| rule |] ignore [| formula |])[0]

    // Some rules meet their pattern only in the form that others bring about.
    let after =
        if obj.ReferenceEquals(alone, formula) then
            simplified formula
        else
            alone

    let writer =
        Transcription([], rule.Example.Arguments |> List.map (fun (name, _, _) -> name))

    let before, after = written writer formula, written writer after

    if before = after then
        $"{before} (written alike)"
    else
        $"{before} → {after}"

let rewrites () =
    let section (rules: Rewrite[]) =
        table
            [ "rule"; "why"; "example" ]
            [ for rule in rules -> [ rule.Name; rule.Why; Trace.Run(fun () -> change rule) ] ]

    let stability, others =
        Rules.all |> Array.partition (fun rule -> rule.Kind = RewriteKind.Stability)

    page (
        [ "# Rewrites"
          ""
          "Generated from the rules in `Stability.fs`, `Simplify.fs` and `Arrange.fs`; a test fails when this page is stale."
          ""
          "They act on a formula before it is differentiated, and again on its derivative, until none fits. `Explain` names the"
          "rules that fired. Tests hold each rule to its example and to random expressions, and the rules for stability to numbers at"
          "which the formula as written goes wrong."
          ""
          $"## For stability: {stability.Length} rules"
          "" ]
        @ section stability
        @ [ ""; $"## To shorten: {others.Length} rules"; "" ]
        @ section others
    )

// ---- optimisers ----

/// The summaries of the core's types, as the compiler wrote them down.
let private summaries =
    lazy
        (let file = Path.Combine(AppContext.BaseDirectory, "SoftmaxScripting.Core.xml")

         let text (node: XElement) =
             let shown (part: XNode) =
                 match part with
                 | :? XElement as e when e.Name.LocalName = "see" ->
                     let target = e.Attribute(XName.Get "cref").Value
                     "`" + target.Substring(target.LastIndexOf '.' + 1) + "`"
                 | part -> part.ToString()

             Regex
                 .Replace(
                     System.Net.WebUtility.HtmlDecode(
                         String.Join("", node.Nodes() |> Seq.map shown)
                     ),
                     @"\s+",
                     " "
                 )
                 .Trim()

         dict
             [ for m in XDocument.Load(file).Descendants(XName.Get "member") do
                   match m.Attribute(XName.Get "name").Value, m.Element(XName.Get "summary") with
                   | name, summary when name.StartsWith "T:" && not (isNull summary) ->
                       name.Substring(name.LastIndexOf '.' + 1), text summary
                   | _ -> () ])

let private summary (t: Type) = summaries.Value[t.Name]

let private subclasses (t: Type) =
    t.Assembly.GetExportedTypes()
    |> Array.filter (fun c -> c.IsSubclassOf t && not c.IsAbstract)
    |> Array.sortBy (fun c -> c.MetadataToken)

let private value (v: obj) =
    match v with
    | :? bool as b -> if b then "true" else "false"
    | :? float as f -> number f
    | v -> string v

let private parameters (t: Type) =
    let constructors = t.GetConstructors()

    if constructors.Length = 0 then
        "none"
    else
        constructors[0].GetParameters()
        |> Array.map (fun p ->
            if p.HasDefaultValue then
                $"{p.Name} {value p.DefaultValue}"
            else
                p.Name)
        |> fun all -> String.Join(", ", all)

let optimisers () =
    let rows (types: Type[]) =
        [ for t in types -> [ $"`{t.Name}`"; summary t; parameters t ] ]

    let optimisers = subclasses typeof<Optimizer> |> Array.filter (fun t -> t.IsSealed)

    let updates = subclasses typeof<Update>

    page (
        [ "# Optimisers"
          ""
          "Generated from the optimisers' own descriptions in `Optimizers.fs`, `Lbfgs.fs` and `Updates.fs`; a test fails when this"
          "page is stale."
          ""
          "p is a parameter, g or ∇L its gradient, η the learning rate, t the number of the step, λ the weight decay. A chain of"
          "updates turns the gradient into a direction d, and the step is p ← p − η·d. All of it is part of the training step's plan."
          "`Sgd(0.1).ClipNorm(1)` shortens gradients first, `.KeepBiases()` takes the biases out of the weight decay, `.For(\"0.*\", 0.01)`"
          "gives the first layer a learning rate of its own."
          "" ]
        @ table [ "optimiser"; "rule and source"; "arguments and defaults" ] (rows optimisers)
        @ [ ""
            "## Updates to build with"
            ""
            "An optimiser of one's own is a chain of them:"
            "`new ChainedOptimizer(\"SignSgd with momentum\", 0.01, new Momentum(0.9), new SignOfMomentum(0, 0))`."
            "" ]
        @ table
            [ "update"; "what becomes of the direction d"; "arguments and defaults" ]
            (rows updates)
    )
