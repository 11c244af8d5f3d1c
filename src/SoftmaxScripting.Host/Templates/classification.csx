// $name$: softmax regression on images.
//
// Question  How far does a linear model get?
// Method    Scores o = x W + b for each class, cross-entropy, plain gradient descent.
// Expect    A test accuracy of about 0.8 on the drawn garments; write here what you expect before you look.

// Options of the command line: --epochs 20, --lr 0.5, --data fashion-mnist; --help lists them.
var epochs = Option("epochs", 5, "passes over the training rows", min: 1);
var learningRate = Option("lr", 0.1, "learning rate", min: 0.0);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(data);

// Same seed, same bits: weights, order of the rows, everything.
Seed((ulong)seed);
var model = Sequential(Flatten(), Linear(data.Features, data.Classes));

// Any function of (prediction, target) that gives one number is a loss. Written as in the book: it is made stable
// before it is differentiated.
Tensor CrossEntropy(Tensor o, Tensor y)
{
    var p = Exp(o) / Exp(o).Sum(1, keepDims: true);
    return -Log(p.Pick(y)).Mean();
}

var history = Train(model, data, CrossEntropy, Sgd(learningRate), epochs, seed: (ulong)seed);

// How sure is the model of its guesses, and is it right when it is sure?
var probabilities = Softmax(Predict(model, data.Test));
Print($"\ntest accuracy        {history.Last.TestAccuracy:0.0000}");
Print($"mean top probability {probabilities.Max(1).Mean().Item():0.0000}");
