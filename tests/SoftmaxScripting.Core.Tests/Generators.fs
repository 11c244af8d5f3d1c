module SoftmaxScripting.Core.Tests.Generators
