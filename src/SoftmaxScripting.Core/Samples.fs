namespace SoftmaxScripting.Core

open System
open Pattern

/// <summary>What a loss is explained for, when no example tensors are given.</summary>
type TargetKind =
    /// <summary>The first of those below that the function accepts.</summary>
    | Automatic = 0
    /// <summary>Rows of probabilities, [n, k]; they are assumed to sum to 1.</summary>
    | Distribution = 1
    /// <summary>Class labels (int32), [n].</summary>
    | Labels = 2
    /// <summary>Any numbers, [n, k].</summary>
    | Values = 3

/// Arguments to trace a function with, and how their sizes are called.
type internal Sample =
    {
        Arguments: Tensor list
        /// Numbers to be shown by name.
        Sizes: (int * Formula) list
        /// The arguments, by position, whose rows sum to 1.
        Distributions: int list
    }

/// Functions know no shapes, so they are tried with the usual ones. Sizes are primes that no formula contains by chance.
module internal Samples =

    let private rows = 11
    let private classes = 13

    let private ofDoubles (shape: int list) (value: int -> float) =
        let shape = Shape.Of(Array.ofList shape)
        Tensor(Expr.data (Storage.OfDoubles(DType.Float64, Array.init shape.Size value)) shape)

    /// Numbers of both signs, none of them equal. Not drawn at random: explaining must not disturb an experiment's stream.
    let private values shape seed =
        ofDoubles shape (fun i -> 1.5 * Math.Sin(float (i + 1) * 1.7 + float seed))

    let private distribution () = (values [ rows; classes ] 5).Softmax()

    let private labels () =
        Tensor.Of(Array.init rows (fun i -> i * 5 % classes))

    /// The names n and k, or others where an argument has taken them.
    let private sizeNames (taken: string seq) =
        let choose candidates =
            candidates |> List.find (fun name -> not (Seq.contains name taken))

        let fallback = List.init 9 (fun i -> $"size{i}")

        Formula.named (choose ([ "n"; "N"; "rows" ] @ fallback)),
        Formula.named (choose ([ "k"; "K"; "classes" ] @ List.rev fallback))

    /// What to try, in order.
    let candidates (names: string list) (target: TargetKind) : Sample list =
        let n, k = sizeNames names
        let both = Formula.Product(ProductSign.Dot, n, k)
        let table = [ rows * classes, both; rows, n; classes, k ]
        let vector = [ rows, n ]
        let square = [ rows * rows, Formula.Power(n, Formula.Number 2.0); rows, n ]

        let sample sizes arguments distributions =
            { Arguments = arguments
              Sizes = sizes
              Distributions = distributions }

        let matrix = values [ rows; classes ]
        let line = values [ rows ]

        let pairs =
            [ TargetKind.Distribution, sample table [ matrix 0; distribution () ] [ 1 ]
              TargetKind.Values, sample table [ matrix 0; matrix 1 ] []
              TargetKind.Labels, sample table [ matrix 0; labels () ] []
              TargetKind.Values, sample vector [ line 0; line 1 ] []
              TargetKind.Values, sample table [ matrix 0; line 1 ] []
              TargetKind.Values,
              sample square [ values [ rows; rows ] 0; values [ rows; rows ] 1 ] []
              TargetKind.Values, sample [] [ values [] 0; values [] 1 ] [] ]
            |> List.filter (fun (kind, _) -> target = TargetKind.Automatic || kind = target)
            |> List.map snd

        match names.Length with
        | 1 ->
            [ sample table [ matrix 0 ] []
              sample vector [ line 0 ] []
              sample square [ values [ rows; rows ] 0 ] []
              sample [] [ values [] 0 ] [] ]
        | 2 -> pairs
        | _ ->
            [ for pair in pairs do
                  for third in [ matrix 2; line 2; values [] 2 ] do
                      { pair with
                          Arguments = pair.Arguments @ [ third ] } ]

/// Facts about the sample that the derivatives of an explanation may use; they are listed where they are used.
module internal Assumption =

    let private name (e: Expr) =
        match e.Op with
        | Op.Variable v -> v.Name
        | _ -> "y"

    /// α and β where e = α·y + β.
    let rec private affine (y: Expr) (e: Expr) : struct (float * float) voption =
        match e with
        | _ when same e y -> ValueSome struct (1.0, 0.0)
        | Num c -> ValueSome struct (0.0, c)
        | Scaled(c, u) ->
            affine y u |> ValueOption.map (fun (struct (a, b)) -> struct (c * a, c * b))
        | AddNum(u, c) -> affine y u |> ValueOption.map (fun (struct (a, b)) -> struct (a, b + c))
        | Sub(Num c, u) -> affine y u |> ValueOption.map (fun (struct (a, b)) -> struct (-a, c - b))
        | _ -> ValueNone

    /// Σⱼ yᵢⱼ = 1. It acts on derivatives only: in the formula it would hide how the loss depends on y.
    let rowsSumToOne (y: Expr) : Rewrite =
        { Name = $"rows of {name y} sum to 1"
          Kind = RewriteKind.Simplify
          Why = $"{name y} was explained as one distribution per row"
          Example =
            { Arguments = [ "y", [ 3; 1 ], (1.0, 1.0) ]
              Formula = fun a -> Build.sum [| 1 |] a[0]
              Extremes = [] }
          Apply =
            fun e ->
                match e with
                | Sum(axes, u) when Array.contains (y.Shape.Rank - 1) axes && u.Shape.Equals y.Shape ->
                    let count (axes: int[]) =
                        axes |> Array.fold (fun n a -> n * float y.Shape[a]) 1.0

                    let others = axes |> Array.filter (fun a -> a <> y.Shape.Rank - 1)

                    affine y u
                    |> ValueOption.map (fun (struct (a, b)) ->
                        Build.like e (a * count others + b * count axes))
                | _ -> ValueNone }

/// Names of functions and arguments, from the delegates that hold them.
module internal Naming =

    let private isIdentifier (name: string) =
        name.Length > 0
        && Seq.forall (fun c -> Char.IsLetterOrDigit c || c = '_') name
        && not (Char.IsDigit name[0])

    /// The function's own name; the compilers' names of lambdas mean nothing, those of local functions contain it.
    let ofFunction (f: Delegate) =
        let name = f.Method.Name
        let local = name.IndexOf("g__", StringComparison.Ordinal)

        let name =
            if local >= 0 then
                (name.Substring(local + 3).Split '|')[0]
            else
                name

        if name <> "Invoke" && isIdentifier name then
            name
        else
            "loss"

    /// Those given, or the parameters' own; captured state may come first among these.
    let ofArguments (f: Delegate) (count: int) (given: string[]) =
        let parameters = f.Method.GetParameters() |> Array.map (fun p -> p.Name)

        let names =
            if not (isNull given) && given.Length > 0 then
                if given.Length <> count then
                    raise (
                        SoftmaxException
                            $"Explain: {given.Length} names were given for a function of {count} arguments"
                    )

                given
            elif parameters.Length >= count then
                parameters[parameters.Length - count ..]
            else
                Array.create count ""

        names
        |> Array.mapi (fun i name -> if String.IsNullOrEmpty name then $"x{i + 1}" else name)
        |> List.ofArray
