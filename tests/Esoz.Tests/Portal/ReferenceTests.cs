using Esoz.Platform.Http;
using Esoz.Portal;

namespace Esoz.Tests.Portal;

/// <summary>What the portal knows of the methods, and how it is found.</summary>
public sealed class ReferenceTests
{
    private static readonly Reference Whole = new(Methods.All, ApiDocument.Kept);

    [Fact(DisplayName = "Every method has an entry, under its operation and its Method API ID, with a Ukrainian title, in an area of a topic")]
    public void Entries()
    {
        Assert.Equal(Methods.All.Count, Whole.Methods.Count);
        Assert.All(Methods.All, card => Assert.Same(card, Whole.Find(card.Id)?.Card));
        Assert.All(Methods.All, card => Assert.Same(card, Whole.Find(card.OperationId.ToUpperInvariant())?.Card));
        Assert.Empty(Whole.Methods.Where(method => MethodWords.Of(method.Operation) is null).Select(method => method.Operation));
        Assert.Empty(Whole.Methods.Select(method => method.Area).Except(Topic.All.SelectMany(topic => topic.Areas)));
    }

    [Fact(DisplayName = "Every rule of gateway, cards and jobs has Ukrainian words")]
    public void Rules() => Assert.Empty(
        from rule in Whole.Methods.SelectMany(method => method.Checks).Select(check => check.Rule).Distinct()
        where RuleWords.Of(rule) is null
        select rule);

    [Theory(DisplayName = "A search finds methods by id, operation, path, request line, URL, scope, word of either language, code and literal text")]
    [InlineData("API-005-007-004-0127", "deactivateEmployeeRole")]
    [InlineData("deactivateemployeerole", "deactivateEmployeeRole")]
    [InlineData("/api/employee_roles/20000000-0000-4000-8000-000000000001/actions/deactivate", "deactivateEmployeeRole")]
    [InlineData("PATCH https://api.example.ua/api/employee_roles/1/actions/deactivate?x=1", "deactivateEmployeeRole")]
    [InlineData("private_contracts:write media", "generateMediaStorageUrl")]
    [InlineData("роль деактивувати", "deactivateEmployeeRole")]
    [InlineData("deactivate role", "deactivateEmployeeRole")]
    [InlineData("ACTIVE employee role cannot be DEACTIVATED", "deactivateEmployeeRole")]
    [InlineData("INACTIVE employee role cannot be deactivated", "deactivateEmployeeRole")]
    [InlineData("1908", "signComposition")]
    public void Search(string query, string operation) =>
        Assert.Contains(operation, Whole.Search(query).Select(found => found.Method.Operation));

    [Fact(DisplayName = "A search for a text of a refusal says which check has it; nonsense finds nothing")]
    public void Matches()
    {
        var found = Assert.Single(Whole.Search("INACTIVE employee role cannot be DEACTIVATED"));
        Assert.Equal((409, "4"), (found.Checks.Single().Status, found.Checks.Single().Number));
        Assert.Empty(Whole.Search("such a thing there is not"));
    }

    [Fact(DisplayName = "Every refusal that a method declares is among the errors, with the method as its cause, in the order of the checks")]
    public void Errors()
    {
        foreach (var method in Whole.Methods)
        {
            Assert.Equal(OpenApi.RefusalsOf(method.Card).Count() + OpenApi.JobErrorsOf(method.Card).Count(), method.Checks.Count);
            Assert.Equal(method.Card.Validations.Select(rule => rule.Number),
                method.Checks.Where(check => check.Stage == CheckStage.Rule).Select(check => check.Number));
            foreach (var check in method.Checks)
            {
                var error = Assert.Single(Whole.Errors, error => error.Code == check.Code && error.Text == check.Text
                    && error.Status == check.Status && error.IsOfJob == (check.Stage == CheckStage.Job));
                Assert.Contains(error.Causes, cause => cause.Rule == check.Rule && cause.Methods.Any(it => it.Method == method));
            }
        }
    }

    [Fact(DisplayName = "Members of a body are listed with their paths, types, limits and whether they are required")]
    public void Inputs()
    {
        var inputs = Whole.Find("createContract")!.Inputs;

        var bank = inputs.Single(input => input.Name == "contractor_payment_details.bank_name");
        Assert.Equal(("body", "string", true), (bank.In, bank.Type, bank.IsRequired));
        var form = inputs.Single(input => input.Name == "id_form");
        Assert.Contains("at most 255 characters", form.Limits.Select(limit => limit.English));
        Assert.Contains(Whole.Find("createComposition")!.Inputs, input => input.Name == "event[].period.start" && input.Type == "date-time");
    }

    [Fact(DisplayName = "A method quotes its page, the known quirks and the changes that name it, without links that lead nowhere")]
    public void Quotes()
    {
        var method = Whole.Find("deactivateEmployeeRole")!;

        Assert.Contains(method.Sections, section => section.Title == "Processing" && section.Html.Value.Contains("<code>", StringComparison.Ordinal));
        Assert.DoesNotContain(method.Sections, section => section.Title.StartsWith("Validations", StringComparison.Ordinal));
        Assert.Contains(method.Quirks, quirk => quirk.Value.Contains("remains of a template", StringComparison.Ordinal));
        Assert.Contains(Whole.Find("getEvents")!.Changes, change => change.Value.Contains("event:read", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Whole.Methods.SelectMany(it => it.Quirks.Concat(it.Changes).Concat(it.Sections.Select(section => section.Html))), html =>
                html.Value.Contains("href=\"", StringComparison.Ordinal)
                && !html.Value.Contains("href=\"https://", StringComparison.Ordinal));
    }
}
