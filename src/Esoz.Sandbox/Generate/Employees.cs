using Esoz.Codes;

namespace Esoz.Sandbox.Generate;

/// <summary>Employees; each is one post.</summary>
internal static class Employees
{
    public static readonly SyntheticTable Table = new("employees",
        "id, legal_entity_id, party_id, division_id, position, employee_type, status, status_reason, start_date, end_date, speciality, additional_info, is_active, " +
        "inserted_at, inserted_by, updated_at, updated_by",
        part => part.Employees, Write);

    private static void Write(TableWriter rows, Source source, int number)
    {
        var employee = source.Staff[number];
        var dice = source.Dice(Kind.Papers, number);
        var (speciality, papers) = employee.Speciality is { } known ? PapersOf(source, employee, known, ref dice) : (null, "{}");
        var isOwnerOfClosed = employee.Workplace.Place == 0 && Staff.IsClosed(employee.Workplace.LegalEntity);
        rows.StartRow();
        rows.Value(source.Id(Kind.Employee, number)).Value(source.Id(Kind.LegalEntity, employee.Workplace.LegalEntity))
            .Value(source.Id(Kind.Party, employee.Person))
            .Value(employee.Division is { } division ? source.Id(Kind.Division, division) : (Guid?)null)
            .Text(employee.Position).Text(employee.Type).Text(employee.Status)
            .Text(employee.Status switch
            {
                EmployeeStatus.Stopped => EmployeeStatusReason.Dismissal,
                EmployeeStatus.Autodeactivated => EmployeeStatusReason.LegalEntityClosure,
                _ => null,
            })
            .Value(DateOnly.FromDateTime(employee.InsertedAt))
            .Value(employee.Status == EmployeeStatus.Approved ? null : (DateOnly?)DateOnly.FromDateTime(employee.ChangedAt))
            .Text(speciality).Text(papers).Value(!isOwnerOfClosed)
            .Value(employee.InsertedAt).Value(Source.Author).Value(employee.ChangedAt).Value(Source.Author);
    }

    private static (string Speciality, string AdditionalInfo) PapersOf(
        Source source, Employee employee, Speciality speciality, ref Dice dice)
    {
        var graduation = Parties.GraduationYear(source.Seed, employee.Person);
        var certificate = Papers.Certificate(speciality, graduation, ref dice);
        var qualifications = dice.Percent(30) ? $"[{Papers.Qualification(speciality, graduation, ref dice)}]" : "[]";
        return (certificate,
            $$"""{"educations":[{{Papers.Education(speciality, graduation, ref dice)}}],"qualifications":{{qualifications}},"specialities":[{{certificate}}],"science_degree":null}""");
    }
}
