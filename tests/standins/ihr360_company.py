"""A company's people at i人事, in memory: staff, leavers, performance archive, salary profiles; dates are China's."""

import datetime as dt

Row = dict[str, object]

FIRST_DAY = dt.date(2024, 3, 4)


class Company:
    """Rows by staff id; `staff` rows carry `lastUpdateDate` as the vendor writes it."""

    def __init__(self) -> None:
        self.staff: dict[str, Row] = {}
        self.quits: list[Row] = []
        self.performances: dict[str, list[Row]] = {}
        self.salaries: dict[str, list[Row]] = {}

    @classmethod
    def of(cls, people: int) -> "Company":
        """So many people; each fifth has left after a year, everybody has a review and a salary."""
        company = cls()
        for number in range(1, people + 1):
            company.hire(number)
            if number % 5 == 0:
                company.leave(number, FIRST_DAY + dt.timedelta(days=365 + number))
        return company

    def hire(self, number: int) -> Row:
        """Somebody begins."""
        begins = FIRST_DAY + dt.timedelta(days=number)
        row: Row = {
            "staffId": staff_id(number),
            "staffNo": f"N{number:05}",
            "staffName": f"王芳{number}",
            "mobileNo": f"1390000{number:04}",
            "email": f"wang.fang{number}@example.com",
            "workEmail": f"w{number}@corp.example.com",
            "idCardNo": f"11010119920202{number:04}",
            "staffStatus": "IN_SERVICE",
            "departmentId": f"D{number % 3}",
            "departmentName": f"部门{number % 3}",
            "positionName": "工程师",
            "enrollInDate": begins.isoformat(),
            "leaveDate": None,
            "lastUpdateDate": f"{begins.isoformat()} 09:00:00",
        }
        id_ = staff_id(number)
        self.staff[id_] = row
        self.performances[id_] = [
            {
                "staffId": id_,
                "assessPlanName": "年度考核",
                "assessType": "YEAR",
                "yearOfAssess": 2025,
                "assessCycle": "年度",
                "finalScore": 60 + number % 40,
                "performanceLevel": "B",
                "rankingInCompany": number,
            }
        ]
        self.salaries[id_] = [
            {
                "effectiveAt": begins.isoformat(),
                "reason": {"id": "ENTRY"},
                "salaryFields": [
                    {"code": "BASE_SALARY", "name": "基本工资", "updateBefore": None, "updateAfter": 10_000 + number}
                ],
            }
        ]
        return row

    def leave(self, number: int, last: dt.date) -> None:
        """Somebody leaves."""
        row = self.staff[staff_id(number)]
        row.update(staffStatus="QUIT", leaveDate=last.isoformat(), lastUpdateDate=f"{last.isoformat()} 18:00:00")
        self.quits.append(
            {
                "quitFormId": f"Q{number}",
                "staffId": staff_id(number),
                "quitType": "ACTIVE",
                "quitReasonType": "个人发展",
                "lastWorkDay": last.isoformat(),
            }
        )

    def rename(self, number: int, name: str, at: dt.datetime) -> None:
        """Somebody's name is corrected."""
        self.staff[staff_id(number)].update(staffName=name, lastUpdateDate=at.strftime("%Y-%m-%d %H:%M:%S"))


def staff_id(number: int) -> str:
    """The staff id of a number."""
    return f"5f{number:010x}"
