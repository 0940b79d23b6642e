using System.Globalization;
using System.Text.Json.Nodes;
using Esoz.Platform.Database;
using Esoz.Tests.Compositions;

namespace Esoz.Tests.Cluster;

/// <summary>
/// Rows and credentials with which a load works: a contract with a doctor, patients with an encounter, and somebody who downloads.
/// </summary>
public sealed class LoadSubject
{
    public const string FileName = "Договір.p7s";

    private const int Patients = 8;

    private readonly JsonObject _record;
    private readonly (Credential Doctor, string Body)[] _orders;
    private int _sent;

    private LoadSubject(JsonObject record, (Credential Doctor, string Body)[] orders) => (_record, _orders) = (record, orders);

    public required Credential Nhs { get; init; }
    public required string PisKey { get; init; }

    /// <summary>Body of a contract employee that can be found by its number.</summary>
    public string Record(int number)
    {
        var body = _record.DeepClone();
        body["declaration_limit"] = number;
        return body.ToJsonString();
    }

    /// <summary>Body of a composition; no two are equal, so every one is a job of its own.</summary>
    public (Credential Doctor, string Body) Order()
    {
        var number = Interlocked.Increment(ref _sent);
        var (doctor, body) = _orders[number % _orders.Length];
        return (doctor, body + string.Concat(Convert.ToString(number, 2).Select(bit => bit == '0' ? ' ' : '\t')));
    }

    /// <summary>Prepares the database of a cluster.</summary>
    public static async Task<LoadSubject> Of(string connectionString)
    {
        await using var database = new PostgresDatabase(connectionString);
        var registry = new Rows(database);
        var given = registry.Given;
        var contractor = await given.LegalEntity();
        var record = new JsonObject
        {
            ["staff_units"] = 0.5,
            ["declaration_limit"] = 0,
            ["employee_id"] = (await given.Employee(contractor)).ToString("D", CultureInfo.InvariantCulture),
            ["division_id"] = $"{await given.Division(contractor)}",
            ["contract_id"] = $"{await given.Contract(contractor)}",
            ["start_date"] = "2026-01-01T00:00:00Z",
            ["end_date"] = null,
        };
        var orders = new List<(Credential, string)>();
        for (var i = 0; i < Patients; i++)
        {
            var patient = await CompositionCase.Disability(registry);
            orders.Add((patient.Credential, patient.Body.ToJsonString()));
        }
        return new LoadSubject(record, [.. orders])
        {
            Nhs = await given.Nhs(),
            PisKey = await given.ApiKey("PIS"),
        };
    }

    /// <summary>Rows alone: a server in this process would migrate the database of a former version.</summary>
    private sealed class Rows(PostgresDatabase database) : Registry(null!)
    {
        public override PostgresDatabase Database => database;
    }
}
