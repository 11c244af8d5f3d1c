namespace SoftmaxScripting.Core

open System
open System.Globalization
open System.Text

/// What stands between two factors.
[<RequireQualifiedAccess>]
type internal ProductSign =
    /// A number times something, or elements times elements where no matrix product is near.
    | Dot
    /// Elements times elements, told apart from a matrix product.
    | Hadamard
    | Matrix

/// Mathematics to be shown: one tree, rendered as text for a terminal and as LaTeX.
[<RequireQualifiedAccess>]
type internal Formula =
    | Number of float
    | Symbol of text: string * latex: string
    | Neg of Formula
    | Add of Formula * Formula
    | Sub of Formula * Formula
    | Product of ProductSign * Formula * Formula
    | Div of Formula * Formula
    | Power of Formula * Formula
    | Compare of text: string * latex: string * Formula * Formula
    | Transposed of Formula
    | Index of Formula * Formula list
    /// name(arguments), with the axes it works along where they are worth saying.
    | Call of name: string * axes: int list * Formula list
    /// A function as a row of the op table writes it: the letters x, or a and b, stand for the arguments.
    | Template of text: string * latex: string * Formula list
    | Where of condition: Formula * chosen: Formula * otherwise: Formula

/// How tightly a rendered formula holds together: what binds less than its place asks for is put in brackets.
[<RequireQualifiedAccess>]
module internal Binding =
    [<Literal>]
    let Comparison = 0

    [<Literal>]
    let Sum = 1

    [<Literal>]
    let Product = 2

    [<Literal>]
    let Power = 3

    [<Literal>]
    let Closed = 4

/// What text and LaTeX write differently.
type internal Notation =
    {
        IsLatex: bool
        Minus: string
        Brackets: string -> string
        Times: ProductSign -> string
        /// A finite number of at least 0, and how tightly it binds.
        Magnitude: float -> struct (string * int)
        Infinity: string
        Call: string -> int list -> string list -> string
        Where: string -> string -> string -> string
    }

[<RequireQualifiedAccess>]
module internal Formula =

    let private invariant = CultureInfo.InvariantCulture

    /// The shortest digits of a number; a float32 literal is written as it was typed.
    let digits (value: float) =
        let wide = value.ToString("R", invariant)

        if float (float32 value) = value then
            let narrow = (float32 value).ToString("R", invariant)
            if narrow.Length < wide.Length then narrow else wide
        else
            wide

    /// At most six significant digits: enough to recognise a number by.
    let rounded (value: float) =
        let shortest = digits value

        if shortest.Length <= 8 then
            shortest
        else
            value.ToString("G6", invariant)

    let private subscript (digits: string) =
        digits |> String.map (fun d -> char (int '₀' + int d - int '0'))

    let private superscript (exponent: int) =
        let digits = "⁰¹²³⁴⁵⁶⁷⁸⁹"

        string (abs exponent)
        |> String.map (fun d -> digits[int d - int '0'])
        |> fun raised -> if exponent < 0 then "⁻" + raised else raised

    /// A name with its number, if it has one, as a subscript.
    let numbered (name: string) (number: int) =
        Formula.Symbol(name + subscript (string number), name + "_{" + string number + "}")

    /// A name as a person gave it.
    let named (name: string) =
        let stem = name.TrimEnd([| '0' .. '9' |])
        let number = name.Substring stem.Length
        let escaped = stem.Replace("_", @"\_")

        let latex =
            if stem.Length = 0 then $@"\mathit{{{name}}}"
            elif stem.Length = 1 && stem <> "_" then stem
            else $@"\mathit{{{escaped}}}"

        Formula.Symbol(
            name,
            if stem.Length = 0 || number.Length = 0 then
                latex
            else
                latex + "_{" + number + "}"
        )

    let private join (parts: string list) = String.Join(", ", parts)

    let private axisNote (axes: int list) =
        match axes with
        | [] -> []
        | [ axis ] -> [ $"axis {axis}" ]
        | _ -> [ "axes " + join (axes |> List.map string) ]

    let private textNotation: Notation =
        { IsLatex = false
          Minus = "−"
          Brackets = fun inner -> "(" + inner + ")"
          Times =
            fun sign ->
                match sign with
                | ProductSign.Hadamard -> " ⊙ "
                | ProductSign.Dot
                | ProductSign.Matrix -> "·"
          Magnitude =
            fun value ->
                struct ((rounded value).Replace("E", "e").Replace("e-0", "e-"), Binding.Closed)
          Infinity = "∞"
          Call = fun name axes args -> name + "(" + join (args @ axisNote axes) + ")"
          Where = fun condition a b -> "where(" + join [ condition; a; b ] + ")" }

    let private latexNotation: Notation =
        { IsLatex = true
          Minus = "-"
          Brackets = fun inner -> @"\left(" + inner + @"\right)"
          Times =
            fun sign ->
                match sign with
                | ProductSign.Hadamard -> @" \odot "
                | ProductSign.Dot -> @" \cdot "
                | ProductSign.Matrix -> @"\,"
          Magnitude =
            fun value ->
                let shown = rounded value

                match shown.IndexOf 'E' with
                | -1 -> struct (shown, Binding.Closed)
                | at ->
                    let exponent = int (shown.Substring(at + 1))
                    struct ($@"{shown.Substring(0, at)} \cdot 10^{{{exponent}}}", Binding.Product)
          Infinity = @"\infty"
          Call =
            fun name axes args ->
                let lower =
                    if axes.IsEmpty then
                        ""
                    else
                        "_{" + join (axes |> List.map string) + "}"

                let word (w: string) =
                    if w = "log" then @"\log" else @"\operatorname{" + w + "}"

                String.Concat(name.Split ' ' |> Array.map word)
                + lower
                + @"\left("
                + join args
                + @"\right)"
          Where =
            fun condition a b ->
                $@"\begin{{cases}} {a} & {condition} \\ {b} & \text{{otherwise}} \end{{cases}}" }

    // ---- signs, numbers and denominators move to where a reader looks for them ----

    /// A number, or a size such as n·k: what a whole formula is divided by.
    let private isScale (sizes: Formula list) (f: Formula) =
        match f with
        | Formula.Number _ -> true
        | _ -> List.contains f sizes

    let add (a: Formula) (b: Formula) =
        match b with
        | Formula.Neg c -> Formula.Sub(a, c)
        | Formula.Number c when c < 0.0 -> Formula.Sub(a, Formula.Number -c)
        | _ -> Formula.Add(a, b)

    let sub (a: Formula) (b: Formula) =
        match b with
        | Formula.Neg c -> Formula.Add(a, c)
        | _ -> Formula.Sub(a, b)

    /// a · b, with signs, then numbers, then denominators moved out of the factors.
    let rec product (sizes: Formula list) (sign: ProductSign) (a: Formula) (b: Formula) : Formula =
        match a, b with
        | Formula.Neg c, _ -> Formula.Neg(product sizes sign c b)
        | Formula.Div(c, n), _ when isScale sizes n -> Formula.Div(product sizes sign c b, n)
        | _, Formula.Div(c, n) when isScale sizes n -> Formula.Div(product sizes sign a c, n)
        | Formula.Number _, _ -> Formula.Product(ProductSign.Dot, a, b)
        | Formula.Product(ProductSign.Dot, (Formula.Number _ as p), c), _ ->
            Formula.Product(ProductSign.Dot, p, product sizes sign c b)
        | _, Formula.Product(ProductSign.Dot, (Formula.Number _ as p), c) ->
            Formula.Product(ProductSign.Dot, p, product sizes sign a c)
        | _, Formula.Neg c when sign = ProductSign.Matrix -> Formula.Neg(product sizes sign a c)
        | _ -> Formula.Product(sign, a, b)

    // ---- rows of the op table as templates ----

    /// The places in a template where its arguments stand, with the letter of each: letters that are not part of a word.
    let slots (letters: string) (template: string) =
        let isLetter i =
            i >= 0 && i < template.Length && Char.IsAsciiLetter template[i]

        [ for i in 0 .. template.Length - 1 do
              let letter = letters.IndexOf template[i]

              if letter >= 0 && not (isLetter (i - 1)) && not (isLetter (i + 1)) then
                  struct (i, letter) ]

    let private opens (before: string) =
        let before = before.TrimEnd()

        before.Length > 0
        && ("({[|,⌊".Contains before[before.Length - 1]
            || before.EndsWith(@"\lfloor", StringComparison.Ordinal))

    let private closes (after: string) =
        let after = after.TrimStart()

        after.Length > 0
        && (")}]|,⌋".Contains after[0] || after.StartsWith(@"\r", StringComparison.Ordinal))

    /// A place in a template that brackets of its own close in.
    let isEnclosed (template: string) at =
        opens (template.Substring(0, at)) && closes (template.Substring(at + 1))

    let letters count = if count = 1 then "x" else "ab"

    /// Whether a row's text is one pair of brackets around its arguments, as in |x|, σ(x), max(a, b): then it is shown
    /// as it is, and else by its name.
    let isBracketed (template: string) argumentCount =
        let places = slots (letters argumentCount) template

        places.Length = argumentCount
        && places |> List.forall (fun (struct (at, _)) -> isEnclosed template at)
        && (template |> Seq.filter (fun c -> c = '(') |> Seq.length) <= 1
        && closes (template.Substring(template.Length - 1))

    /// A template's own binding: that of the operators outside its brackets.
    let private bindingOf (template: string) =
        let mutable depth = 0
        let mutable binding = Binding.Closed

        for c in template do
            match c with
            | '('
            | '{' -> depth <- depth + 1
            | ')'
            | '}' -> depth <- depth - 1
            | '+'
            | '-'
            | '−' when depth = 0 -> binding <- min binding Binding.Sum
            | '^' when depth = 0 -> binding <- min binding Binding.Power
            | _ -> ()

        binding

    // ---- rendering ----

    let private startsWithMinus (shown: string) =
        shown.StartsWith('−') || shown.StartsWith('-')

    let rec private show (notation: Notation) (formula: Formula) : struct (string * int) =
        let bracketed least (struct (shown, binding)) =
            if binding < least then notation.Brackets shown else shown

        let within least f = bracketed least (show notation f)

        /// A right operand: a sign must not follow an operator.
        let right least f =
            let struct (shown, binding) = show notation f

            if binding < least || startsWithMinus shown then
                notation.Brackets shown
            else
                shown

        match formula with
        | Formula.Number value ->
            if Double.IsNaN value then
                struct ((if notation.IsLatex then @"\mathrm{NaN}" else "NaN"), Binding.Closed)
            else
                let struct (magnitude, binding) =
                    if Double.IsInfinity value then
                        struct (notation.Infinity, Binding.Closed)
                    else
                        notation.Magnitude(abs value)

                if Double.IsNegative value then
                    struct (notation.Minus + magnitude, Binding.Sum)
                else
                    struct (magnitude, binding)
        | Formula.Symbol(text, latex) ->
            struct ((if notation.IsLatex then latex else text), Binding.Closed)
        | Formula.Neg a ->
            // −a·b is read as −(a·b), so products need no brackets.
            struct (notation.Minus + right Binding.Product a, Binding.Sum)
        | Formula.Add(a, b) ->
            struct (within Binding.Sum a + " + " + right Binding.Sum b, Binding.Sum)
        | Formula.Sub(a, b) ->
            struct (within Binding.Sum a + $" {notation.Minus} " + right Binding.Product b,
                    Binding.Sum)
        | Formula.Product(sign, a, b) ->
            // A matrix product among elementwise ones keeps its brackets: both are read from left to right.
            let factor place f =
                match f with
                | Formula.Product(other, _, _) when
                    other <> sign && other <> ProductSign.Dot && sign <> ProductSign.Dot
                    ->
                    place Binding.Power f
                // a·(b / c) and (a / b)·c: without brackets one would have to count from the left.
                | Formula.Div _ -> place Binding.Power f
                | _ -> place Binding.Product f

            struct (factor within a + notation.Times sign + factor right b, Binding.Product)
        | Formula.Div(a, b) when notation.IsLatex ->
            let top, bottom = within Binding.Comparison a, within Binding.Comparison b
            struct ($@"\frac{{{top}}}{{{bottom}}}", Binding.Power)
        | Formula.Div(a, b) ->
            struct (within Binding.Product a + " / " + right Binding.Power b, Binding.Product)
        | Formula.Power(a, b) when notation.IsLatex ->
            let exponent = within Binding.Comparison b
            struct ($"{{{within Binding.Closed a}}}^{{{exponent}}}", Binding.Power)
        | Formula.Power(a, Formula.Number b) when b = floor b && abs b < 100.0 ->
            struct (within Binding.Closed a + superscript (int b), Binding.Power)
        | Formula.Power(a, b) ->
            struct (within Binding.Closed a + "^" + right Binding.Closed b, Binding.Power)
        | Formula.Compare(text, latex, a, b) ->
            let sign = if notation.IsLatex then latex else text

            struct (within Binding.Sum a + " " + sign + " " + within Binding.Sum b,
                    Binding.Comparison)
        | Formula.Transposed a when notation.IsLatex ->
            struct ($@"{{{within Binding.Closed a}}}^{{\top}}", Binding.Power)
        | Formula.Transposed a -> struct (within Binding.Closed a + "ᵀ", Binding.Power)
        | Formula.Index(a, indices) ->
            let shown = join (indices |> List.map (within Binding.Comparison))
            let start = within Binding.Closed a

            struct ((if notation.IsLatex then
                         $"{{{start}}}_{{{shown}}}"
                     else
                         $"{start}[{shown}]"),
                    Binding.Closed)
        | Formula.Call(name, axes, args) ->
            struct (notation.Call name axes (args |> List.map (within Binding.Comparison)),
                    Binding.Closed)
        | Formula.Where(condition, a, b) ->
            let part = within Binding.Comparison
            struct (notation.Where (part condition) (part a) (part b), Binding.Closed)
        | Formula.Template(text, latex, args) ->
            let template = if notation.IsLatex then latex else text
            let result = StringBuilder()
            let mutable at = 0

            for struct (place, letter) in slots (letters args.Length) template do
                result.Append(template, at, place - at) |> ignore
                let argument = within Binding.Comparison args[letter]

                result.Append(
                    if isEnclosed template place then
                        argument
                    else
                        notation.Brackets argument
                )
                |> ignore

                at <- place + 1

            result.Append(template, at, template.Length - at) |> ignore
            struct (result.ToString(), bindingOf template)

    /// One line of text.
    let text (formula: Formula) =
        let struct (shown, _) = show textNotation formula
        shown

    let latex (formula: Formula) =
        let struct (shown, _) = show latexNotation formula
        shown
