using System.Text.Json.Nodes;
using Esoz.Platform.Http;

namespace Esoz.Tests.Platform.Http;

/// <summary>The header Idempotency-Key, on the method that creates contract employees.</summary>
public sealed class IdempotencyTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contract_employees";

    private Given Given => registry.Given;

    [Fact(DisplayName = "The same request with the same key is answered byte for byte as the first time, and creates nothing")]
    public async Task Replays()
    {
        var (body, nhs) = (await Body(), await Given.Nhs());

        var first = (await Send(body, nhs, "order-1")).Succeeded(201);
        var again = (await Send(body, nhs, "order-1")).Succeeded(201);
        var quoted = (await Send(body, nhs, "\"order-1\"")).Succeeded(201);

        Assert.Equal([first.Text, first.Text], [again.Text, quoted.Text]);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(["true"], again.Headers.GetValues("Idempotency-Replayed"));
        Assert.Equal("application/json", again.ContentHeaders.ContentType!.MediaType);
        Assert.Equal(1, await Created(body));
    }

    [Fact(DisplayName = "Another body, or the same to another method, with the key of the first is 422, and creates nothing")]
    public async Task Mismatch()
    {
        var (body, nhs) = (await Body(), await Given.Nhs());
        (await Send(body, nhs, "order-1")).Succeeded(201);
        var other = body.DeepClone().AsObject();
        other["declaration_limit"] = 1;

        foreach (var answer in new[]
        {
            await Send(other, nhs, "order-1"),
            await registry.Send("POST", "/api/admin/contract_divisions", nhs, body.ToJsonString(), (Idempotency.Header, "order-1")),
        })
            answer.IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, Idempotency.Header, "was used for another request");
        Assert.Equal(1, await Created(body));
    }

    [Fact(DisplayName = "Keys belong to the client, and requests without a key are not affected")]
    public async Task PerClient()
    {
        var body = await Body();
        var mine = await Given.Nhs();

        (await Send(body, mine, "order-1")).Succeeded(201);
        (await Send(body, await Given.Nhs(), "order-1")).Succeeded(201);
        (await registry.Send("POST", Path, mine, body.ToJsonString())).Succeeded(201);

        Assert.Equal(3, await Created(body));
    }

    [Fact(DisplayName = "A refusal is not stored: when its cause is removed, the same request with the same key succeeds")]
    public async Task Refused()
    {
        var (body, nhs) = (await Body(), await Given.Nhs());
        var employee = Guid.Parse(body["employee_id"]!.GetValue<string>());
        await registry.Execute("UPDATE employees SET is_active = false WHERE id = $1", employee);
        (await Send(body, nhs, "order-1")).IsIlRefusal(404, "not_found", "Employee is not found", "$.employee_id");
        Assert.Equal(
            0L, await registry.Scalar<long>(
                "SELECT count(*) FROM idempotency_keys WHERE client_id = (SELECT (details ->> 'client_id')::uuid FROM tokens ORDER BY inserted_at DESC LIMIT 1)"));
        await registry.Execute("UPDATE employees SET is_active = true WHERE id = $1", employee);

        (await Send(body, nhs, "order-1")).Succeeded(201);

        Assert.Equal(1, await Created(body));
    }

    [Theory(DisplayName = "A key is 1 to 255 visible ASCII characters")]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("\"\"")]
    [InlineData(256)]
    public async Task Unsound(object key)
    {
        var body = await Body();

        (await Send(body, await Given.Nhs(), key as string ?? new string('k', (int)key)))
            .IsIlRefusal(
                422, "validation_failed", Answer.ValidationFailed, Idempotency.Header, "must be 1 to 255 visible ASCII characters");

        Assert.Equal(0, await Created(body));
    }

    [Fact(DisplayName = "Credentials come before the key, the key before the body's schema")]
    public async Task Order()
    {
        var nhs = await Given.Nhs();

        (await Send([], nhs with { ApiKey = null }, "two words")).IsIlRefusal(401, "access_denied", "Api key is not set");
        (await Send([], nhs, "two words")).IsIlRefusal(
            422, "validation_failed", Answer.ValidationFailed, Idempotency.Header, "must be 1 to 255 visible ASCII characters");
        Assert.Equal(6, (await Send([], nhs, "order-1")).Json.GetProperty("error").GetProperty("invalid").GetArrayLength());
    }

    [Fact(DisplayName = "Of 16 concurrent equal requests one creates, and all get its answer")]
    public async Task ConcurrentRequests()
    {
        var (body, nhs) = (await Body(), await Given.Nhs());

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Send(body, nhs, "order-1")));

        Assert.Single(answers.Select(answer => answer.Succeeded(201).Text).Distinct());
        Assert.Single(answers, answer => !answer.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(1, await Created(body));
    }

    [Fact(DisplayName = "Contract and contract division take keys too")]
    public async Task OtherMethods()
    {
        var nhs = await Given.Nhs();
        var employee = await Body();
        var division = new JsonObject
        {
            ["contract_id"] = employee["contract_id"]!.DeepClone(),
            ["division_id"] = employee["division_id"]!.DeepClone()
        };

        var first = (await registry.Send("POST", "/api/admin/contract_divisions", nhs, division.ToJsonString(), (Idempotency.Header, "d")))
            .Succeeded(201);
        Assert.Equal(
            first.Text,
            (await registry.Send("POST", "/api/admin/contract_divisions", nhs, division.ToJsonString(), (Idempotency.Header, "d"))).Text);
        var contract = (await Esoz.Tests.Contracts.ContractCase.Of(Given)).RequiredOnly().ToJsonString();
        var made = (await registry.Send("POST", "/api/admin/contracts", nhs, contract, (Idempotency.Header, "c"))).Succeeded(201);
        Assert.Equal(made.Text, (await registry.Send("POST", "/api/admin/contracts", nhs, contract, (Idempotency.Header, "c"))).Text);
    }

    [Fact(DisplayName = "After 24 hours a key can be reused, and is purged")]
    public async Task Expires()
    {
        var (body, nhs) = (await Body(), await Given.Nhs());
        var first = (await Send(body, nhs, "order-1")).Succeeded(201);
        await registry.Execute("UPDATE idempotency_keys SET inserted_at = now() - interval '24 hours 1 second' WHERE key = 'order-1'");

        var second = (await Send(body, nhs, "order-1")).Succeeded(201);

        Assert.NotEqual(first.Text, second.Text);
        Assert.Equal(2, await Created(body));
        await registry.Execute("UPDATE idempotency_keys SET inserted_at = now() - interval '24 hours 1 second'");
        await new PurgeIdempotencyKeys(registry.Database).Run(TestContext.Current.CancellationToken);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM idempotency_keys"));
    }

    private Task<Answer> Send(JsonObject body, Credential nhs, string key) =>
        registry.Send("POST", Path, nhs, body.ToJsonString(), (Idempotency.Header, key));

    private async Task<long> Created(JsonObject body) =>
        await registry.Scalar<long>(
            "SELECT count(*) FROM contract_employees WHERE employee_id = $1", Guid.Parse(body["employee_id"]!.GetValue<string>()));

    private async Task<JsonObject> Body()
    {
        var contractor = await Given.LegalEntity();
        return new()
        {
            ["staff_units"] = 0.5,
            ["declaration_limit"] = 900,
            ["employee_id"] = (await Given.Employee(contractor)).ToString(),
            ["division_id"] = (await Given.Division(contractor)).ToString(),
            ["contract_id"] = (await Given.Contract(contractor)).ToString(),
            ["start_date"] = "2026-01-01T00:00:00Z",
        };
    }
}
