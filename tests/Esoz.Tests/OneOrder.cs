using System.Security.Cryptography;
using System.Text;
using Esoz.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestMethodOrderer(typeof(OneOrder))]
[assembly: TestCaseOrderer(typeof(OneOrder))]

namespace Esoz.Tests;

/// <summary>
/// The tests of a class in an order that looks like chance and is the same on every machine; xUnit's own differs with the path of the
/// checkout. No test may need it: <c>TEST_ORDER</c> with any other text gives another one.
/// </summary>
internal sealed class OneOrder : ITestMethodOrderer, ITestCaseOrderer
{
    private static readonly string Seed = Environment.GetEnvironmentVariable("TEST_ORDER") ?? "";

    public IReadOnlyCollection<TTestMethod?> OrderTestMethods<TTestMethod>(IReadOnlyCollection<TTestMethod?> testMethods)
        where TTestMethod : notnull, ITestMethod => [.. testMethods.OrderBy(test => Place(test?.MethodName), StringComparer.Ordinal)];

    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase => [.. testCases.OrderBy(test => Place(test.TestCaseDisplayName), StringComparer.Ordinal)];

    private static string Place(string? name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed} {name}")));
}
