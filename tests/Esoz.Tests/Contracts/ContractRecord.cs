namespace Esoz.Tests.Contracts;

/// <summary>A kind of record that belongs to a contract. Both are read and deleted by the same rules (contracts §3, §4, §6).</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Members">Members in the order of every answer.</param>
/// <param name="References">Columns that name other entities; each is a filter of the list.</param>
/// <param name="Insert">Inserts one that belongs to a contract and is_active or not; returns its id.</param>
public sealed record ContractRecord(
    string Name, string[] Members, string[] References, Func<Given, Guid, bool, Task<Guid>> Insert)
{
    public static readonly ContractRecord Division = new("division",
        ["id", "division_id", "contract_id", "is_active", "inserted_at", "inserted_by", "updated_at", "updated_by"],
        ["division_id", "contract_id"], (given, contract, isActive) => given.ContractDivision(contract, isActive: isActive));

    public static readonly ContractRecord Employee = new("employee",
        ["id", "staff_units", "declaration_limit", "employee_id", "division_id", "contract_id", "start_date", "end_date", "is_active",
            "inserted_at", "inserted_by", "updated_at", "updated_by"],
        ["employee_id", "division_id", "contract_id"], (given, contract, isActive) => given.ContractEmployee(contract, isActive: isActive));

    public string Table => $"contract_{Name}s";

    public string Path => $"/api/admin/{Table}";

    /// <summary>
    /// An id of what the words say: "missing", "not a uuid", or the type of the record's contract, with "deleted" for a record that is not
    /// is_active.
    /// </summary>
    public async Task<string> Id(Given given, string words)
    {
        if (words is "missing")
            return $"{Guid.NewGuid()}";
        if (words is "not a uuid")
            return "2c9e2f0b-6a35";
        var contract = await given.Contract(await given.LegalEntity(), type: words.Split(' ')[0]);
        return $"{await Insert(given, contract, !words.EndsWith(" deleted", StringComparison.Ordinal))}";
    }

    public async Task<Dictionary<string, object?>> Row(Registry registry, Guid id) =>
        Assert.Single(await registry.Rows($"SELECT * FROM {Table} WHERE id = $1", id));
}
