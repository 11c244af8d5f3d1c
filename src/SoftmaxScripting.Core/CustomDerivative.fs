namespace SoftmaxScripting.Core

open System
open System.Collections.Generic

/// <summary>Functions whose derivative is said, or found, in a way of one's own.</summary>
[<AbstractClass; Sealed>]
type CustomDerivative private () =

    static let isTraced (args: Tensor[]) =
        not (isNull Trace.Current) && args |> Array.exists (fun a -> a.IsTraced)

    /// One gradient in the shape and dtype of its argument.
    static let fitting index (argument: Tensor) (gradient: Tensor) =
        if isNull gradient then
            raise (
                SoftmaxException
                    $"CustomGradient: the backward rule returned null for argument {index}, of shape {argument.Shape}; where the derivative is 0, return 0 * the argument"
            )

        if not (gradient.Shape.Equals argument.Shape) then
            raise (
                ShapeException(
                    "CustomGradient",
                    $"the backward rule returned shape {gradient.Shape} for argument {index}, which has shape {argument.Shape}"
                )
            )

        Build.cast argument.DType gradient.Expr

    /// <summary>
    /// f(args), whose derivative is taken from a rule instead of from f: backward(args, f(args), cotangent) gives the
    /// cotangent of each argument (class indices have none; what stands in their place is not looked at). The rule is
    /// itself differentiated for second derivatives. Tensors that f reads besides its arguments count as constants. In
    /// forward mode the rule is taken as linear in its cotangent.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">The rule gives a wrong number of gradients, or one in a wrong shape.</exception>
    static member Apply
        (
            f: Func<Tensor[], Tensor>,
            backward: Func<Tensor[], Tensor, Tensor, Tensor[]>,
            args: Tensor[]
        ) : Tensor =
        let y = f.Invoke args

        if isNull y then
            raise (
                SoftmaxException "CustomGradient: the function returned null instead of a tensor"
            )

        if not (isTraced args && y.DType.IsFloat) then
            y
        else
            let cotangent = Expr.variable "cotangent" (Build.zeros y.Expr)
            let gradients = backward.Invoke(args, y, Tensor cotangent)

            if isNull gradients || gradients.Length <> args.Length then
                let found = if isNull gradients then 0 else gradients.Length

                raise (
                    ShapeException(
                        "CustomGradient",
                        $"the backward rule returned {found} gradients for {args.Length} arguments"
                    )
                )

            let floating =
                [| for i in 0 .. args.Length - 1 do
                       if args[i].DType.IsFloat then
                           i |]

            Tensor(
                Build.custom
                    cotangent
                    y.Expr
                    (floating |> Array.map (fun i -> args[i].Expr))
                    (floating |> Array.map (fun i -> fitting i args[i] gradients[i]))
            )

    /// <summary>
    /// f(args), whose intermediate values are computed again for the derivative instead of being kept until then: less
    /// memory for about one more evaluation of f (Chen et al. 2016). Values and derivatives are those of f, also in
    /// tensors that f reads besides its arguments.
    /// </summary>
    static member Checkpoint(f: Func<Tensor[], Tensor>, args: Tensor[]) : Tensor =
        if not (isTraced args) then
            f.Invoke args
        else
            let variables = Tracing.variables args
            let y = f.Invoke(variables |> Array.map Tensor)

            if isNull y then
                raise (
                    SoftmaxException "Checkpoint: the function returned null instead of a tensor"
                )

            let stable = Evaluator.rewrite ignore [| y.Expr |]
            let order = Expr.topological stable
            let recomputed = HashSet<Expr>(variables, HashIdentity.Reference)

            for node in order do
                if Array.exists recomputed.Contains node.Args then
                    recomputed.Add node |> ignore

            if not (recomputed.Contains stable[0] && y.DType.IsFloat) then
                (Tracing.release variables stable)[0] |> Tensor
            else
                // What f reads besides its arguments: known outside, and kept.
                let captured =
                    [| for node in order do
                           if recomputed.Contains node then
                               for arg in node.Args do
                                   if
                                       arg.IsTraced
                                       && arg.DType.IsFloat
                                       && not (recomputed.Contains arg)
                                   then
                                       arg |]
                    |> Array.distinct

                let floating = variables |> Array.filter (fun v -> v.DType.IsFloat)

                // One captured tensor may depend on another: variables in their places keep their derivatives apart.
                let places = captured |> Array.map (Expr.variable "captured")
                let image = Dictionary<Expr, Expr>(HashIdentity.Reference)
                Array.iter2 (fun node place -> image[node] <- place) captured places

                for node in order do
                    if not (image.ContainsKey node) then
                        image[node] <-
                            if recomputed.Contains node then
                                Expr.withArgs node (node.Args |> Array.map (fun a -> image[a]))
                            else
                                node

                let cotangent = Expr.variable "cotangent" (Build.zeros stable[0])

                let gradients =
                    Gradient.pull
                        [| image[stable[0]] |]
                        [| cotangent |]
                        (Array.append floating places)

                let late = Dictionary<Expr, Expr>(HashIdentity.Reference)
                Array.iter2 (fun node place -> late[place] <- node) captured places

                Array.iter2
                    (fun v (a: Tensor) -> late[v] <- Build.barrier cotangent a.Expr)
                    variables
                    args

                let inputs = Array.append floating captured
                let known = Tracing.release variables (Array.append stable inputs)

                Tensor(Build.custom cotangent known[0] known[1..] (Expr.substitute late gradients))
