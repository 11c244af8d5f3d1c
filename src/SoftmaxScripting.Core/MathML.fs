namespace SoftmaxScripting.Core

open System
open System.Security

/// Formulas as Presentation MathML, in the elements of MathML Core that browsers show by themselves. Brackets are set as in
/// text and LaTeX.
[<RequireQualifiedAccess>]
module internal MathML =

    let private escape (text: string) = SecurityElement.Escape text

    let private element name content = $"<{name}>{content}</{name}>"
    let private mrow content = element "mrow" content
    let private mo (operator: string) = element "mo" (escape operator)
    let private mi (name: string) = element "mi" (escape name)
    let private mn (number: string) = element "mn" (escape number)
    let private brackets content = mrow (mo "(" + content + mo ")")

    /// Words between formulas.
    let words (text: string) = element "mtext" (escape text)

    let private isDigit (c: char) =
        Char.IsAsciiDigit c || (c >= '₀' && c <= '₉')

    /// A name, its number as a subscript.
    let private name (text: string) =
        let stem = text.TrimEnd([| '0' .. '9' |]).TrimEnd([| '₀' .. '₉' |])

        if
            stem.Length = 0
            || stem.Length = text.Length
            || not (Char.IsLetter stem[stem.Length - 1])
        then
            if text |> Seq.forall isDigit then mn text else mi text
        else
            let number =
                text.Substring stem.Length
                |> String.map (fun c -> if c >= '₀' then char (int '0' + int c - int '₀') else c)

            element "msub" (mi stem + mn number)

    let private separated (parts: string list) = String.Join(mo ",", parts)

    let private magnitude (value: float) =
        if Double.IsInfinity value then
            struct (mi "∞", Binding.Closed)
        else
            let shown = Formula.rounded value

            match shown.IndexOf 'E' with
            | -1 -> struct (mn shown, Binding.Closed)
            | at ->
                let exponent = int (shown.Substring(at + 1))
                let sign = if exponent < 0 then mo "−" else ""
                let power = element "msup" (mn "10" + mrow (sign + mn (string (abs exponent))))

                struct (mrow (mn (shown.Substring(0, at)) + mo "·" + power), Binding.Product)

    let private startsWithMinus (formula: Formula) =
        match formula with
        | Formula.Neg _ -> true
        | Formula.Number value -> Double.IsNegative value
        | _ -> false

    let rec private show (formula: Formula) : struct (string * int) =
        let bracketed least (struct (shown, binding)) =
            if binding < least then brackets shown else shown

        let within least f = bracketed least (show f)
        let whole f = within Binding.Comparison f

        let right least f =
            if startsWithMinus f then
                brackets (whole f)
            else
                within least f

        let infix operator binding a b =
            struct (mrow (a + mo operator + b), binding)

        match formula with
        | Formula.Number value when Double.IsNaN value -> struct (words "NaN", Binding.Closed)
        | Formula.Number value ->
            let struct (shown, binding) = magnitude (abs value)

            if Double.IsNegative value then
                struct (mrow (mo "−" + shown), Binding.Sum)
            else
                struct (shown, binding)
        | Formula.Symbol(text, _) -> struct (name text, Binding.Closed)
        | Formula.Neg a -> struct (mrow (mo "−" + right Binding.Product a), Binding.Sum)
        | Formula.Add(a, b) -> infix "+" Binding.Sum (within Binding.Sum a) (right Binding.Sum b)
        | Formula.Sub(a, b) ->
            infix "−" Binding.Sum (within Binding.Sum a) (right Binding.Product b)
        | Formula.Product(sign, a, b) ->
            let factor place f =
                match f with
                | Formula.Product(other, _, _) when
                    other <> sign && other <> ProductSign.Dot && sign <> ProductSign.Dot
                    ->
                    place Binding.Power f
                | _ -> place Binding.Product f

            let operator =
                match sign with
                | ProductSign.Hadamard -> "⊙"
                | ProductSign.Dot -> "·"
                | ProductSign.Matrix -> "\u2062"

            infix operator Binding.Product (factor within a) (factor right b)
        | Formula.Div(a, b) ->
            struct (element "mfrac" (mrow (whole a) + mrow (whole b)), Binding.Power)
        | Formula.Power(a, b) ->
            struct (element "msup" (mrow (within Binding.Closed a) + mrow (whole b)), Binding.Power)
        | Formula.Compare(sign, _, a, b) ->
            infix sign Binding.Comparison (within Binding.Sum a) (within Binding.Sum b)
        | Formula.Transposed a ->
            struct (element "msup" (mrow (within Binding.Closed a) + mo "⊤"), Binding.Power)
        | Formula.Index(a, indices) ->
            let index = mrow (separated (indices |> List.map whole))
            struct (element "msub" (mrow (within Binding.Closed a) + index), Binding.Closed)
        | Formula.Call(called, axes, arguments) ->
            let head =
                if axes.IsEmpty then
                    name called
                else
                    element "msub" (mi called + mrow (separated (axes |> List.map (string >> mn))))

            struct (mrow (head + brackets (separated (arguments |> List.map whole))), Binding.Closed)
        | Formula.Where(condition, a, b) ->
            let line value case =
                element "mtr" (element "mtd" value + element "mtd" case)

            let rows =
                line (whole a) (words "if\u00a0" + whole condition)
                + line (whole b) (words "otherwise")

            // A line at the left in place of a brace, which fonts without mathematics do not stretch.
            struct ($"<mtable class=\"cases\">{rows}</mtable>", Binding.Closed)
        | Formula.Template("sqrt(x)", _, [ a ]) ->
            struct (element "msqrt" (whole a), Binding.Closed)
        | Formula.Template("reciprocal(x)", _, [ a ]) ->
            struct (element "mfrac" (mn "1" + mrow (whole a)), Binding.Power)
        | Formula.Template(text, _, arguments) -> struct (template text arguments, Binding.Closed)

    /// A template's own characters as names, numbers and operators, its places filled in.
    and private template (text: string) (arguments: Formula list) =
        let places =
            Formula.slots (Formula.letters arguments.Length) text
            |> List.map (fun (struct (at, letter)) -> (at, letter))
            |> Map.ofList

        let rec parts at =
            if at >= text.Length then
                []
            else
                match places.TryFind at with
                | Some letter ->
                    let struct (shown, _) = show arguments[letter]
                    (if Formula.isEnclosed text at then shown else brackets shown) :: parts (at + 1)
                | None when text[at] = ' ' -> parts (at + 1)
                | None when Char.IsLetter text[at] || isDigit text[at] ->
                    let isWord i =
                        i < text.Length
                        && not (places.ContainsKey i)
                        && (Char.IsLetterOrDigit text[i] || text[i] = '.')

                    let past = Seq.initInfinite ((+) at) |> Seq.find (isWord >> not)
                    name (text.Substring(at, past - at)) :: parts past
                | None -> mo (string text[at]) :: parts (at + 1)

        mrow (String.Concat(parts 0))

    /// A formula without the element around it.
    let row (formula: Formula) =
        let struct (shown, _) = show formula
        shown

    /// ∂/∂name.
    let derivativeIn (formula: Formula) =
        element "mfrac" (mo "∂" + mrow (mo "∂" + row formula))

    /// Equations below each other.
    let table (lines: (string * Formula) list) =
        let line (left: string, right: Formula) =
            let equals = mo "="

            $"<mtr><mtd style=\"text-align:right\">{left}</mtd><mtd>{equals}</mtd>"
            + $"<mtd style=\"text-align:left\">{row right}</mtd></mtr>"

        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">"
        + "<mtable displaystyle=\"true\">"
        + (lines |> List.map line |> String.concat "")
        + "</mtable>"
        + "</math>"
